-- The data version as one label, when it changed, how many movies and files it counts.
SELECT epoch || '-' || version,
       to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       movie_count,
       file_count
FROM data_version
