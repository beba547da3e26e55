-- One page of movies: the data version of this very snapshot, the documents joined
-- (as a JSON array, or as lines), whether more follows, and the sort keys of a full page's last movie
-- (with its score in a search), then how many match where that was asked for.
-- {keys} gives one row more than the page where there is a next one; its rows
-- arrive in order.
SELECT (SELECT epoch || '-' || version FROM data_version),
       {documents},
       count(*) > {limit},
       max(title_key) FILTER (WHERE place = {limit}),
       max(year) FILTER (WHERE place = {limit}),
       max(movie_id::text) FILTER (WHERE place = {limit}){score}{total}
FROM (
    SELECT keys.*, row_number() OVER (ORDER BY {order}) AS place
    FROM ({keys}) AS keys
) AS page
