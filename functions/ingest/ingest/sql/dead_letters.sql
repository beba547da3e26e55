-- Events that the Broker gave up, by the object version that they speak of.

-- name: record: once for each version, however often it comes
INSERT INTO dead_letters AS d (bucket, key, version, event_id, event_type, event_source, code, destination)
SELECT bucket, key, version, %(id)s, %(type)s, %(source)s, %(code)s, %(destination)s
FROM unnest(%(buckets)s::text[], %(keys)s::text[], %(versions)s::text[]) AS named(bucket, key, version)
ORDER BY bucket, key, version
ON CONFLICT (bucket, key, version, (CASE WHEN key = '' THEN event_source || ' ' || event_id ELSE '' END)) DO UPDATE
SET event_id = EXCLUDED.event_id, event_type = EXCLUDED.event_type, event_source = EXCLUDED.event_source,
    code = EXCLUDED.code, destination = EXCLUDED.destination, last_at = now(), times = d.times + 1

-- name: bound: the oldest make room
DELETE FROM dead_letters WHERE id <= (SELECT id FROM dead_letters ORDER BY id DESC OFFSET %(rows_max)s LIMIT 1)

-- name: clear: versions that are stored by now, and those before them; never a wait, a later comparison does the rest
DELETE FROM dead_letters
WHERE id IN (
    SELECT d.id
    FROM dead_letters d JOIN files f USING (bucket, key)
    WHERE d.bucket = %(bucket)s AND (%(keys)s IS NULL OR d.key = ANY(%(keys)s::text[]))
      AND f.content_id IS NOT NULL AND f.state <> 'removed'
      AND (d.version IN (f.version, f.etag) OR d.last_at < CASE d.version WHEN '' THEN f.finished_at ELSE f.last_modified END)
    FOR UPDATE OF d SKIP LOCKED
)

-- name: clear_gone: the key is no more
DELETE FROM dead_letters WHERE bucket = %(bucket)s AND key = %(key)s

-- name: page
SELECT id, nullif(bucket, '') AS bucket, nullif(key, '') AS key, nullif(version, '') AS version,
       event_id, event_type, event_source, code, destination, first_at, last_at, times
FROM dead_letters
WHERE id < %(before)s AND (%(key)s IS NULL OR key = %(key)s)
ORDER BY id DESC
LIMIT %(limit)s
