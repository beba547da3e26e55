"""Applies infra/postgres/migrations in order: `python -m local.migrate` (DATABASE_URL of the owner).

The same program runs on a laptop and, as a Job, on a cluster.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

FOLDER = Path(__file__).parents[1] / "infra" / "postgres" / "migrations"
_LOCK_KEY = 0x6D6F766965  # "movie"; any number that nothing else in the database uses
_LOCK_MS_MAX = 60_000
_LEDGER = """
CREATE TABLE IF NOT EXISTS migrations (
    name       text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
)"""


def migrate(url: str, folder: Path = FOLDER) -> list[str]:
    """Apply what is not applied yet; returns the names of what was applied.

    A migration and the row that says so are one transaction: however this ends,
    the next run goes on from what is there.
    """
    applied = []
    with closing(psycopg2.connect(url, connect_timeout=10)) as connection, _alone(connection):
        for file in _missing(connection, sorted(folder.glob("*.sql"))):
            with connection, connection.cursor() as cursor:
                cursor.execute(file.read_text())
                cursor.execute("INSERT INTO migrations (name) VALUES (%s)", (file.stem,))
            applied.append(file.stem)
    return applied


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Hold a lock that PostgreSQL frees when we die, however we die."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", (str(_LOCK_MS_MAX),))
        cursor.execute("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
    yield


def _missing(connection: Connection, files: list[Path]) -> list[Path]:
    with connection, connection.cursor() as cursor:
        cursor.execute(_LEDGER)
        cursor.execute("SELECT name FROM migrations")
        known = {name for (name,) in cursor}
    return [file for file in files if file.stem not in known]


def main() -> None:
    url = os.environ.get("DATABASE_URL")
    if not url:
        sys.exit("migrate: DATABASE_URL is not set; it is the connection string of the database's owner")
    try:
        applied = migrate(url)
    except psycopg2.Error as error:
        sys.exit(f"migrate: {error}")
    print("\n".join(f"applied {name}" for name in applied) or "nothing to apply")


if __name__ == "__main__":
    main()
