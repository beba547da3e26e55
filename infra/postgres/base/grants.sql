-- Who may connect to the database at all. Runs once, after roles.sql, when the cluster is made.
REVOKE ALL ON DATABASE movie FROM PUBLIC;
GRANT CONNECT ON DATABASE movie TO movie_ingest, movie_query;
-- Ingest gathers a file in temporary tables before anyone may see it.
GRANT TEMPORARY ON DATABASE movie TO movie_ingest;
