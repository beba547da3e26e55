"""The database of a bench: made in a temporary folder, filled by ingest's own code."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from local.migrate import migrate
from local.ports import free_port
from local.postgres import Postgres

ROOT = Path(__file__).parents[2]
# What one would set on a small production machine; everything else as PostgreSQL has it, fsync with it.
POSTGRES_SETTINGS = {
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
}


@contextmanager
def stack(data: Path) -> Iterator[tuple[Postgres, Path]]:
    """A database with the movies of `data`, and a folder for whatever a run needs; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="movie-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL and nginx may run as other users
        postgres = Postgres(folder, free_port(), POSTGRES_SETTINGS)
        try:
            postgres.start()
            migrate(postgres.url("app"))
            load_files(postgres.url("app"), data)
            with closing(psycopg2.connect(postgres.url("postgres"))) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM ANALYZE")  # as autovacuum would have done by the time anyone asks
                    cursor.execute("CHECKPOINT")
            yield postgres, folder
        finally:
            postgres.stop()


def load_files(url: str, data: Path) -> None:
    """Store every *.json of a folder by ingest's own code."""
    path = os.pathsep.join([str(ROOT / "functions" / "ingest"), str(ROOT)])
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": path}
    subprocess.run(
        [sys.executable, "-m", "tests.bench.load_files", data], env=environment, check=True, timeout=600
    )
