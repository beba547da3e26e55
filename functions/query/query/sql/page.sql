-- One page of movies: first a row with the data version of this very snapshot and how many
-- match, where that was asked for; then a row for each movie in the order of the page, with
-- its sort keys (and its score in a search), one more than the page holds where there is a
-- next one. Rows and not a joined text: PostgreSQL takes twice the time to join them.
SELECT (SELECT epoch || '-' || version FROM data_version), {total}, NULL, NULL, NULL, NULL, NULL
UNION ALL
SELECT * FROM (
    SELECT NULL, NULL, keys.doc, keys.title_key, keys.year, keys.movie_id, {score}
    FROM ({keys}) AS keys
    ORDER BY {order}
) AS page
