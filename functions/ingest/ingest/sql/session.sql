-- What every new connection is told, and the work tables that it keeps.

-- name: limits: nothing on this connection may take for ever; compiling these statements costs more than it saves
SELECT set_config('statement_timeout', %(statement_ms)s, false),
       set_config('lock_timeout', %(lock_ms)s, false),
       set_config('idle_in_transaction_session_timeout', %(idle_ms)s, false),
       set_config('tcp_keepalives_idle', '30', false),  -- a node that died holds its claims for a minute, not for hours
       set_config('tcp_keepalives_interval', '10', false),
       set_config('tcp_keepalives_count', '3', false),
       set_config('TimeZone', 'UTC', false),
       set_config('jit', 'off', false),
       set_config('work_mem', '32MB', false)

-- name: notice_hangup: a killed client's statement, and its locks, end within a second
SET client_connection_check_interval = '1s'

-- name: work_tables: emptied at each COMMIT, so that a small file pays for no catalogue changes
CREATE TEMP TABLE incoming (
    position bigint, movie_id uuid, title text, year smallint, castmembers text[], genres text[], doc text
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE merging (LIKE incoming) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE incoming_rejects (position bigint, field text, reason text, record text) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE affected (movie_id uuid) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE winners (movie_id uuid, content_id bigint) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE changed (
    movie_id uuid, content_id bigint, known boolean, title text, year smallint, castmembers text[], genres text[]
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE gone (movie_id uuid) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE person_names (name text, key text COLLATE "C") ON COMMIT DELETE ROWS;
CREATE TEMP TABLE genre_names (LIKE person_names) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE written (
    movie_id uuid, content_id bigint, known boolean, title_key text COLLATE "C", year smallint,
    person_ids integer[], genre_ids integer[]
) ON COMMIT DELETE ROWS

-- name: claim: never a wait; the lock ends with release or with the connection
SELECT pg_try_advisory_lock(%(claim)s)

-- name: release
SELECT pg_advisory_unlock(%(claim)s)
