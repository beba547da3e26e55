"""How fast ingest stores, beside psql's \\copy of the same rows into the same tables."""
