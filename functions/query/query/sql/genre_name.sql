-- A genre as the first of its movies, in the order of titles, has it.
SELECT name
FROM movie_genres AS link
JOIN movies ON movies.id = link.movie_id,
     json_array_elements_text(movies.doc::json -> 'genres') AS name
WHERE link.genre_id = {id} AND fold(name) = {key}
ORDER BY link.title_key, link.year, link.movie_id
LIMIT 1
