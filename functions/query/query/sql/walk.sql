-- The sort keys of one page, from one index in its own order: {table} is walked,
-- every condition that is not in its index is probed by full key.
SELECT walk.title_key, walk.year, walk.{id} AS movie_id{doc}
FROM {table} AS walk
WHERE {conditions}
ORDER BY {order}
LIMIT {limit}
