"""Coverage-guided fuzzing of what ingest reads from outside: files and events."""
