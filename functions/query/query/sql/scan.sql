-- The same out of a bounded stretch, which may end before the page is full: then the page
-- is short, and the first row says where the stretch ended and the next page starts.
WITH page AS MATERIALIZED ({keys}),
ended AS (
    SELECT title_key, year, movie_id FROM ({stretch}) AS stretch
    WHERE (SELECT count(*) FROM page) <= {limit}
    ORDER BY {order_of_stretch}
    OFFSET {entries_max} - 1 LIMIT 1
)
SELECT (SELECT epoch || '-' || version FROM data_version), {total}, NULL,
       ended.title_key, ended.year, ended.movie_id, NULL
FROM (SELECT) AS one LEFT JOIN ended ON true
UNION ALL
SELECT * FROM (
    SELECT NULL, NULL, doc, title_key, year, movie_id, NULL::integer FROM page AS keys ORDER BY {order}
) AS page
