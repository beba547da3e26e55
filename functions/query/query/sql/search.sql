-- The sort keys of one page of what a search finds, and each movie's score.
SELECT walk.title_key, walk.year, walk.movie_id, walk.score
FROM {search} AS walk
WHERE {conditions}
ORDER BY {order}
LIMIT {limit} + 1
