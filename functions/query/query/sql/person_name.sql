-- A person's name as the first of their movies, in the order of titles, has it.
SELECT name
FROM movie_people AS link
JOIN movies ON movies.id = link.movie_id,
     json_array_elements_text(movies.doc::json -> 'cast') AS name
WHERE link.person_id = {id} AND fold(name) = {key}
ORDER BY link.title_key, link.year, link.movie_id
LIMIT 1
