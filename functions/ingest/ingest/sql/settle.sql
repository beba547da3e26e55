-- Makes movies agree with records for the movies that one change may touch.
-- A movie is shown as the file modified last has it, then the one with the
-- greater key; rows that stay as they are are not touched.

-- name: affect: call before records go and after they came; repeats do no harm
INSERT INTO pg_temp.affected SELECT movie_id FROM records WHERE content_id = ANY(%(contents)s)

-- name: affect_known: of a new content, the movies that are there already, from another file
INSERT INTO pg_temp.affected SELECT m.id FROM movies m WHERE m.id IN (SELECT movie_id FROM pg_temp.incoming)

-- name: fresh: the others; a movie that is not there has no other record, so this one wins
INSERT INTO pg_temp.changed
SELECT i.movie_id, %(content)s, false, i.title, i.year, i.castmembers, i.genres
FROM pg_temp.incoming i
WHERE NOT EXISTS (SELECT FROM pg_temp.affected a WHERE a.movie_id = i.movie_id)

-- name: winners
INSERT INTO pg_temp.winners
SELECT DISTINCT ON (r.movie_id) r.movie_id, r.content_id
FROM pg_temp.affected a
JOIN records r USING (movie_id)
JOIN files f ON f.content_id = r.content_id
ORDER BY r.movie_id, f.last_modified DESC, f.key DESC, f.bucket DESC

-- name: changed
INSERT INTO pg_temp.changed
SELECT w.movie_id, w.content_id, m.id IS NOT NULL, r.title, r.year, r.castmembers, r.genres
FROM pg_temp.winners w
JOIN records r USING (movie_id, content_id)
LEFT JOIN movies m ON m.id = w.movie_id
WHERE m.doc IS DISTINCT FROM r.doc

-- name: gone
INSERT INTO pg_temp.gone
SELECT DISTINCT a.movie_id FROM pg_temp.affected a JOIN movies m ON m.id = a.movie_id
WHERE NOT EXISTS (SELECT FROM pg_temp.winners w WHERE w.movie_id = a.movie_id)

-- name: unlink_people: by the exact keys that the movie's own row names
DELETE FROM movie_people l
USING (
    SELECT m.id, m.title_key, m.year, unnest(m.person_ids) AS person_id
    FROM movies m
    WHERE m.id IN (SELECT movie_id FROM pg_temp.changed WHERE known UNION ALL SELECT movie_id FROM pg_temp.gone)
) o
WHERE (l.person_id, l.title_key, l.year, l.movie_id) = (o.person_id, o.title_key, o.year, o.id)

-- name: unlink_genres
DELETE FROM movie_genres l
USING (
    SELECT m.id, m.title_key, m.year, unnest(m.genre_ids) AS genre_id
    FROM movies m
    WHERE m.id IN (SELECT movie_id FROM pg_temp.changed WHERE known UNION ALL SELECT movie_id FROM pg_temp.gone)
) o
WHERE (l.genre_id, l.title_key, l.year, l.movie_id) = (o.genre_id, o.title_key, o.year, o.id)

-- name: delete_movies
DELETE FROM movies m USING pg_temp.gone g WHERE m.id = g.movie_id

-- name: person_names: each spelling is folded once
INSERT INTO pg_temp.person_names
SELECT name, fold(name)
FROM (
    SELECT DISTINCT unnest(castmembers) AS name FROM pg_temp.changed
) spellings

-- name: genre_names
INSERT INTO pg_temp.genre_names
SELECT name, fold(name)
FROM (
    SELECT DISTINCT unnest(genres) AS name FROM pg_temp.changed
) spellings

-- name: new_people: under the lock nobody else adds any; ON CONFLICT would use up ids
INSERT INTO people (key)
SELECT DISTINCT n.key FROM pg_temp.person_names n
WHERE NOT EXISTS (SELECT FROM people p WHERE p.key = n.key)
ORDER BY n.key

-- name: new_genres
INSERT INTO genres (key)
SELECT DISTINCT n.key FROM pg_temp.genre_names n
WHERE NOT EXISTS (SELECT FROM genres g WHERE g.key = n.key)
ORDER BY n.key

-- name: written
INSERT INTO pg_temp.written
SELECT c.movie_id, c.content_id, c.known, fold(c.title), c.year, coalesce(p.ids, '{}'), coalesce(g.ids, '{}')
FROM pg_temp.changed c
LEFT JOIN (
    SELECT c.movie_id, array_agg(DISTINCT p.id) AS ids
    FROM pg_temp.changed c
    CROSS JOIN unnest(c.castmembers) AS name
    JOIN pg_temp.person_names n USING (name)
    JOIN people p ON p.key = n.key
    GROUP BY c.movie_id
) p ON p.movie_id = c.movie_id
LEFT JOIN (
    SELECT c.movie_id, array_agg(DISTINCT g.id) AS ids
    FROM pg_temp.changed c
    CROSS JOIN unnest(c.genres) AS name
    JOIN pg_temp.genre_names n USING (name)
    JOIN genres g ON g.key = n.key
    GROUP BY c.movie_id
) g ON g.movie_id = c.movie_id

-- name: insert_movies
INSERT INTO movies (id, title_key, year, person_ids, genre_ids, doc)
SELECT w.movie_id, w.title_key, w.year, w.person_ids, w.genre_ids, r.doc
FROM pg_temp.written w JOIN records r USING (movie_id, content_id)
WHERE NOT w.known

-- name: update_movies
UPDATE movies m
SET title_key = w.title_key, year = w.year, person_ids = w.person_ids, genre_ids = w.genre_ids, doc = r.doc
FROM pg_temp.written w JOIN records r USING (movie_id, content_id)
WHERE w.known AND m.id = w.movie_id

-- name: link_people: in the index's order, which is the quick one
INSERT INTO movie_people (person_id, title_key, year, movie_id)
SELECT unnest(person_ids) AS person_id, title_key, year, movie_id FROM pg_temp.written
ORDER BY person_id, title_key, year, movie_id

-- name: link_genres
INSERT INTO movie_genres (genre_id, title_key, year, movie_id)
SELECT unnest(genre_ids) AS genre_id, title_key, year, movie_id FROM pg_temp.written
ORDER BY genre_id, title_key, year, movie_id

-- name: count_new
SELECT count(*) FILTER (WHERE NOT known), count(*) FROM pg_temp.changed
