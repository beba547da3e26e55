"""The programs that the query function is measured against; each runs in the bench's own environment."""
