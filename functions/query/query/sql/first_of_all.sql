-- The first movie, in the order of titles, of a person or a genre.
SELECT movies.doc
FROM {table} AS link JOIN movies ON movies.id = link.movie_id
WHERE link.{column} = {id}
ORDER BY link.title_key, link.year, link.movie_id
LIMIT 1
