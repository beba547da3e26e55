"""Settings for tests without I/O."""

from __future__ import annotations

import pytest
from ingest.settings import Settings, load


@pytest.fixture(scope="session")
def limits() -> Settings:
    """The defaults."""
    return load({"DATABASE_URL": "host=/nowhere", "AWS_BUCKET_NAME": "unused"})
