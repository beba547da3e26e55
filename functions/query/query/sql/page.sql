-- One page of movies as a JSON array: the data version of this very snapshot,
-- the array, how many rows were found (one more than the limit: there is a next
-- page), and the sort keys of the page's last movie. The rows arrive in order.
SELECT (SELECT epoch || '-' || version FROM data_version),
       '[' || coalesce(string_agg(doc, ',') FILTER (WHERE place <= {limit}), '') || ']',
       count(*),
       max(title_key) FILTER (WHERE place = {limit}),
       max(year) FILTER (WHERE place = {limit}),
       max(movie_id::text) FILTER (WHERE place = {limit})
FROM (
    SELECT keys.*, row_number() OVER (ORDER BY title_key, year, movie_id) AS place
    FROM ({keys}) AS keys
) AS page
