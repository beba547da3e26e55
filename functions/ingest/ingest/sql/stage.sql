-- A file's records on their way in; nothing here is seen by anyone else.

-- name: copy_incoming
COPY pg_temp.incoming (position, movie_id, title, year, castmembers, genres, doc) FROM STDIN

-- name: copy_rejects
COPY pg_temp.incoming_rejects (position, field, reason, record) FROM STDIN

-- name: copy_merging
COPY pg_temp.merging (position, movie_id, title, year, castmembers, genres, doc) FROM STDIN

-- name: repeats: the rows of every movie that stands in the file more than once, in order
SELECT i.position, i.movie_id::text, i.title, i.year, i.castmembers, i.genres, i.doc
FROM pg_temp.incoming i
WHERE i.movie_id IN (SELECT movie_id FROM pg_temp.incoming GROUP BY movie_id HAVING count(*) > 1)
ORDER BY i.movie_id, i.position

-- name: drop_repeats
DELETE FROM pg_temp.incoming i USING pg_temp.merging m WHERE i.movie_id = m.movie_id

-- name: put_merged
INSERT INTO pg_temp.incoming SELECT * FROM pg_temp.merging
