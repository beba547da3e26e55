-- The database's exporter, a member of pg_monitor, may connect (nobody may who is not named),
-- counts the files of the ledger and tells the data version.
-- depends: 0006_dead_letters

DO $$
BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO pg_monitor', current_database());
END $$;
GRANT USAGE ON SCHEMA public TO pg_monitor;
GRANT SELECT ON files, data_version TO pg_monitor;
