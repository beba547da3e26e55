-- What a file's transaction does while it holds the row of data_version.

-- name: lock: puts writers in line, one publishes at a time
SELECT version FROM data_version FOR UPDATE

-- name: new_content: no row where the same bytes are known
INSERT INTO contents (sha256) VALUES (%(sha256)s) ON CONFLICT (sha256) DO NOTHING RETURNING id

-- name: known_content
SELECT id FROM contents WHERE sha256 = %(sha256)s

-- name: clear_content: before the same bytes are stored anew
DELETE FROM records WHERE content_id = %(content)s;
DELETE FROM rejects WHERE content_id = %(content)s

-- name: fill_records
INSERT INTO records (movie_id, content_id, title, year, castmembers, genres, doc)
SELECT movie_id, %(content)s, title, year, castmembers, genres, doc FROM pg_temp.incoming

-- name: fill_rejects
INSERT INTO rejects (content_id, position, field, reason, record)
SELECT %(content)s, position, field, reason, record FROM pg_temp.incoming_rejects

-- name: retire: another version of the key takes its place
UPDATE files SET state = 'superseded', content_id = NULL, finished_at = now() WHERE id = %(id)s

-- name: overtake: this version came after a newer one
UPDATE files SET state = 'superseded', reason = NULL, finished_at = now() WHERE id = %(id)s AND content_id IS NULL

-- name: finish: from here on the file gives its movies
UPDATE files
SET state = (CASE WHEN EXISTS (SELECT FROM files o WHERE o.content_id = %(content)s AND o.id <> %(id)s)
             THEN 'duplicate' ELSE 'stored' END)::file_state,
    content_id = %(content)s, sha256 = %(sha256)s, size_bytes = %(size_bytes)s,
    sequencer = coalesce(%(sequencer)s, sequencer), last_modified = %(last_modified)s,
    entries = %(entries)s, stored = %(stored)s, merged = %(merged)s, rejected = %(rejected)s,
    ignored_fields = %(ignored_fields)s, reason = NULL, last_error = NULL, finished_at = now()
WHERE id = %(id)s
RETURNING state

-- name: touch: the same bytes were put again
UPDATE files
SET state = CASE WHEN state <> 'removed' THEN state
                 WHEN EXISTS (SELECT FROM files o WHERE o.content_id = files.content_id AND o.id <> files.id)
                 THEN 'duplicate' ELSE 'stored' END,
    sequencer = coalesce(%(sequencer)s, sequencer), last_modified = %(last_modified)s
WHERE id = %(id)s AND content_id IS NOT NULL
RETURNING content_id

-- name: remove_keeping: the object is gone, what it gave stays
UPDATE files SET state = 'removed', sequencer = coalesce(%(sequencer)s, sequencer), finished_at = now() WHERE id = %(id)s

-- name: remove_dropping: the object is gone, and what it gave goes
UPDATE files
SET state = 'removed', content_id = NULL, sequencer = coalesce(%(sequencer)s, sequencer), finished_at = now()
WHERE id = %(id)s

-- name: drop_content: records and rejects go with it
DELETE FROM contents c WHERE c.id = ANY(%(contents)s) AND NOT EXISTS (SELECT FROM files f WHERE f.content_id = c.id)

-- name: raise_version: the counts are exact; the version moves only when a movie did
UPDATE data_version
SET version = version + (%(moved)s)::int,
    changed_at = CASE WHEN %(moved)s THEN now() ELSE changed_at END,
    movie_count = movie_count + %(movies)s, file_count = file_count + %(files)s
WHERE %(moved)s OR %(movies)s <> 0 OR %(files)s <> 0
RETURNING version

-- name: show_since: the version that first showed the file
UPDATE files SET data_version = %(version)s WHERE id = %(id)s
