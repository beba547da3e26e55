-- The table that the program of before makes for itself, with its movies in it.
-- It finds its schema by its role; {password} is this run's own.
DROP ROLE IF EXISTS bench_predecessor;
CREATE ROLE bench_predecessor LOGIN PASSWORD '{password}';
GRANT CONNECT ON DATABASE movie TO bench_predecessor;
ALTER ROLE bench_predecessor SET search_path = predecessor;
CREATE SCHEMA predecessor AUTHORIZATION bench_predecessor;
CREATE TABLE predecessor.movies (
    id bigserial PRIMARY KEY,
    created_at timestamptz,
    updated_at timestamptz,
    deleted_at timestamptz,
    "cast" text[],
    genres text[],
    title text,
    year bigint
);
CREATE INDEX idx_movies_deleted_at ON predecessor.movies (deleted_at);
INSERT INTO predecessor.movies (created_at, updated_at, "cast", genres, title, year)
SELECT now(), now(), "cast", genres, title, year FROM peer.films;
ALTER TABLE predecessor.movies OWNER TO bench_predecessor;
ANALYZE predecessor.movies;
