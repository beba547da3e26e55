-- A page out of a bounded stretch, which may end before the page is full: then the
-- page is short, and the next one starts where the stretch ended.
SELECT page.version, page.body,
       page.more OR ended.movie_id IS NOT NULL,
       coalesce(page.title_key, ended.title_key),
       coalesce(page.year, ended.year),
       coalesce(page.movie_id, ended.movie_id::text){total}
FROM ({page}) AS page(version, body, more, title_key, year, movie_id{total})
LEFT JOIN LATERAL (
    SELECT title_key, year, movie_id FROM ({stretch}) AS stretch
    WHERE NOT page.more
    ORDER BY {order}
    OFFSET {entries_max} - 1 LIMIT 1
) AS ended ON true
