-- The database's exporter, a member of pg_monitor, counts the files of the ledger and tells the data version.
-- depends: 0006_dead_letters

GRANT USAGE ON SCHEMA public TO pg_monitor;
GRANT SELECT ON files, data_version TO pg_monitor;
