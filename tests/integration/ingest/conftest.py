"""A running ingest on a fresh database and an empty bucket."""

import pytest

from tests.support.functions import Function


@pytest.fixture
def ingest(database, aws, bucket, start_function) -> Function:
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    return start_function("ingest", environment)
