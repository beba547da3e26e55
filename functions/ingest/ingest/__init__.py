"""The write side: from an event about an object in the bucket to rows in PostgreSQL."""
