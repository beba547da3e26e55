-- What `make status` tells of the data, as one JSON object.
SELECT json_build_object(
    'version', epoch || '-' || version,
    'movies', movie_count,
    'changed_at', to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),
    'states', (SELECT coalesce(json_object_agg(state, files), '{}')
               FROM (SELECT state, count(*) AS files FROM files GROUP BY state) AS counted),
    'dead_letters', (SELECT count(*) FROM dead_letters),
    'last', (SELECT coalesce(json_agg(last), '[]')
             FROM (SELECT id, key, state, stored, rejected, left(reason, 200) AS reason,
                          to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS received_at
                   FROM files ORDER BY id DESC LIMIT 5) AS last))
FROM data_version
