"""Applies infra/postgres/migrations with yoyo: `python -m local.migrate` (DATABASE_URL of the owner)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlBackend
from yoyo.connections import DatabaseURI
from yoyo.migrations import default_migration_table

FOLDER = Path(__file__).parents[1] / "infra" / "postgres" / "migrations"
_LOCK_KEY = 0x6D6F766965  # "movie"; any number that nothing else in the database uses
_LOCK_MS_MAX = 60_000


class _Backend(PostgresqlBackend):  # type: ignore[misc]  # yoyo has no types
    """yoyo's backend, connected by any string that libpq understands (host lists, too).

    libpq takes a whole connection string in the place of a database's name.
    """

    def connect(self, dburi: DatabaseURI) -> Any:
        connection = psycopg2.connect(dburi.database, connect_timeout=10)
        connection.autocommit = True
        return connection


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Hold a lock that PostgreSQL frees when we die, however we die."""
    with closing(psycopg2.connect(url, connect_timeout=10)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = %s", (_LOCK_MS_MAX,))
            cursor.execute("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
            yield


def migrate(url: str, folder: Path = FOLDER) -> list[str]:
    """Apply what is not applied yet, in order; returns the names of what was applied.

    yoyo marks its work by a row that a crash leaves behind, and would then wait
    for it for ever. We alone hold the lock, so any such row is a leftover.
    """
    with _alone(url):
        backend = _Backend(DatabaseURI("", "", "", "", None, url, {}), default_migration_table)
        try:
            backend.init_database()
            backend.break_lock()
            with backend.lock():
                wanted = backend.to_apply(read_migrations(str(folder)))
                backend.apply_migrations(wanted)
                return [migration.id for migration in wanted]
        finally:
            backend.connection.close()


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
