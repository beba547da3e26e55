-- One row for each version of each object.

-- name: find
SELECT id, bucket, key, version, etag, sequencer, last_modified, state, content_id, reason
FROM files WHERE bucket = %(bucket)s AND key = %(key)s AND version = %(version)s

-- name: find_by_id
SELECT id, bucket, key, version, etag, sequencer, last_modified, state, content_id, reason
FROM files WHERE id = %(id)s

-- name: current: the version of a key that gives its movies now
SELECT id, bucket, key, version, etag, sequencer, last_modified, state, content_id, reason
FROM files WHERE bucket = %(bucket)s AND key = %(key)s AND content_id IS NOT NULL

-- name: receive: one more attempt, on record before it is made
INSERT INTO files (bucket, key, version, etag, sequencer, last_modified, size_bytes, attempts)
VALUES (%(bucket)s, %(key)s, %(version)s, %(etag)s, %(sequencer)s, %(last_modified)s, %(size_bytes)s, 1)
ON CONFLICT (bucket, key, version) DO UPDATE
SET attempts = files.attempts + 1, size_bytes = EXCLUDED.size_bytes,
    sequencer = CASE WHEN files.content_id IS NULL THEN coalesce(EXCLUDED.sequencer, files.sequencer) ELSE files.sequencer END,
    last_modified = CASE WHEN files.content_id IS NULL THEN EXCLUDED.last_modified ELSE files.last_modified END,
    state = CASE WHEN files.content_id IS NULL THEN 'received' ELSE files.state END,
    reason = CASE WHEN files.content_id IS NULL THEN NULL ELSE files.reason END
RETURNING id

-- name: supersede: a version that the bucket no longer holds under its key, and that gave nothing
INSERT INTO files (bucket, key, version, etag, sequencer, state, finished_at)
VALUES (%(bucket)s, %(key)s, %(version)s, %(etag)s, %(sequencer)s, 'superseded', now())
ON CONFLICT (bucket, key, version) DO UPDATE
SET state = 'superseded', finished_at = now(), reason = NULL
WHERE files.content_id IS NULL AND files.state IN ('received', 'removed')

-- name: vanish: a version whose object was deleted before it could be read
INSERT INTO files (bucket, key, version, etag, sequencer, state, finished_at)
VALUES (%(bucket)s, %(key)s, %(version)s, %(etag)s, %(sequencer)s, 'removed', now())
ON CONFLICT (bucket, key, version) DO UPDATE
SET state = 'removed', finished_at = now(), reason = NULL
WHERE files.content_id IS NULL AND files.state = 'received'

-- name: break_off: another attempt may work
UPDATE files SET last_error = %(error)s WHERE id = %(id)s

-- name: fail: a stored file that is read again and refused keeps what it gave
UPDATE files
SET state = 'failed', reason = %(reason)s, last_error = NULL, finished_at = now(), sha256 = NULL,
    entries = NULL, stored = NULL, merged = NULL, rejected = NULL, data_version = NULL
WHERE id = %(id)s AND content_id IS NULL

-- name: adopt: the same version, seen with a later place in S3's order of events
UPDATE files SET sequencer = %(sequencer)s
WHERE id = %(id)s AND sequencer IS DISTINCT FROM %(sequencer)s

-- name: page: what is not asked for is folded away, so that a key is found by its index
SELECT id, bucket, key, version, etag, sequencer, last_modified, size_bytes, state, encode(sha256, 'hex') AS sha256,
       entries, stored, merged, rejected, ignored_fields, reason, attempts, last_error, received_at, finished_at, data_version,
       content_id IS NOT NULL AS gives_movies,
       (SELECT coalesce(sum(d.times), 0) FROM dead_letters d
        WHERE d.bucket = files.bucket AND d.key = files.key AND d.version IN (files.version, files.etag)) AS dead_letters
FROM files
WHERE id < %(before)s AND (%(state)s IS NULL OR state = %(state)s::file_state)
  AND (%(key)s IS NULL OR bucket = %(bucket)s AND key = %(key)s) AND (%(id)s IS NULL OR id = %(id)s)
  AND (%(prefix)s IS NULL OR bucket = %(bucket)s AND starts_with(key, %(prefix)s))
ORDER BY id DESC
LIMIT %(limit)s

-- name: rejects
SELECT r.position, r.field, r.reason, r.record
FROM files f JOIN rejects r USING (content_id)
WHERE f.id = %(id)s AND r.position > %(after)s
ORDER BY r.position
LIMIT %(limit)s

-- name: decided: versions of these keys that need nothing done while the bucket still holds them
SELECT key, etag, last_modified FROM files
WHERE bucket = %(bucket)s AND key = ANY(%(keys)s) AND state IN ('stored', 'duplicate', 'failed')

-- name: given_between: keys that give movies or were given up, in a stretch of the bucket's order
SELECT key FROM files
WHERE bucket = %(bucket)s AND content_id IS NOT NULL AND state <> 'removed'
  AND key > %(after)s AND (%(upto)s IS NULL OR key <= %(upto)s)
UNION
SELECT key FROM dead_letters
WHERE bucket = %(bucket)s AND key > %(after)s AND (%(upto)s IS NULL OR key <= %(upto)s)
ORDER BY key
LIMIT %(limit)s
