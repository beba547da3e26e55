"""Real parts for tests: databases, S3 and SQS, the functions as processes."""
