"""The query function: movies over REST, from memory where it can, from PostgreSQL where it must."""
