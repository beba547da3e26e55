"""The database of a bench: made in a temporary folder, filled by ingest, multiplied on demand."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from local.migrate import migrate
from local.ports import free_port
from local.postgres import Postgres
from tests.bench.settings import ROOT

SQL = Path(__file__).parent / "sql"
# What one would set on a small production machine; everything else as PostgreSQL has it, fsync with it.
POSTGRES_SETTINGS = {
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
    "max_connections": "300",  # a dozen servers run side by side
}


@dataclass(frozen=True)
class Stack:
    """A running PostgreSQL with the data in it, and a folder for whatever a run needs."""

    postgres: Postgres
    folder: Path
    predecessor_password: str

    @property
    def reader(self) -> str:
        """The connection string of who only reads."""
        return self.postgres.url("movie_query")

    @property
    def version(self) -> str:
        """PostgreSQL's, such as 18.1."""
        return str(self.rows("SHOW server_version")[0][0]).split()[0]

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """What a statement gives, as the owner."""
        with closing(psycopg2.connect(self.postgres.url("app"))) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()


@contextmanager
def stack(data: Path, *, factor: int = 1, peers: bool = True) -> Iterator[Stack]:
    """A database with the movies of `data`, `factor` times over; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="movie-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL and nginx may run as other users
        postgres = Postgres(folder, free_port(), POSTGRES_SETTINGS)
        try:
            postgres.start()
            made = Stack(postgres, folder, secrets.token_hex(12))
            _fill(made, data, factor, peers)
            yield made
        finally:
            postgres.stop()


def _fill(made: Stack, data: Path, factor: int, peers: bool) -> None:
    owner = made.postgres.url("app")
    migrate(owner)
    load_files(owner, data)
    if factor > 1:
        multiply(owner, factor)
    if peers:
        _execute(owner, (SQL / "peers.sql").read_text())
        predecessor = (SQL / "predecessor.sql").read_text().format(password=made.predecessor_password)
        _execute(made.postgres.url("postgres"), predecessor)
    with closing(psycopg2.connect(made.postgres.url("postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as autovacuum would have done by the time anyone asks
            cursor.execute("CHECKPOINT")


def load_files(url: str, data: Path) -> None:
    """Store every *.json of a folder by ingest's own code."""
    path = os.pathsep.join([str(ROOT / "functions" / "ingest"), str(ROOT)])
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": path}
    subprocess.run(
        [sys.executable, "-m", "tests.bench.load_files", data], env=environment, check=True, timeout=600
    )


def multiply(url: str, factor: int) -> None:
    """Let the database hold `factor` times as many movies, with distinct titles and people."""
    _execute(url, (SQL / "multiply.sql").read_text().format(copies=factor - 1))


def _execute(url: str, script: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(script)
        connection.commit()
