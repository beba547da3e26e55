"""How fast the query function is, beside what else one might put in front of PostgreSQL."""
