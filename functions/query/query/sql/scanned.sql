-- The sort keys of one page out of a bounded stretch of an index, for filters that
-- no index holds together.
SELECT walk.title_key, walk.year, walk.movie_id
FROM ({stretch}) AS walk
WHERE {conditions}
ORDER BY {order}
LIMIT {limit} + 1
