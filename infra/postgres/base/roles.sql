-- The three roles, with least privilege, for a PostgreSQL that no operator
-- manages. Safe to repeat. Passwords are set by whoever runs this.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['app', 'movie_ingest', 'movie_query'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', wanted);
    END LOOP;
END $$;

-- A second belt: even a statement that slips through cannot write.
ALTER ROLE movie_query SET default_transaction_read_only = on;
