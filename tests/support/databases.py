"""A fresh, migrated database in some tens of milliseconds, by copying a template."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg2

from local import roles
from local.postgres import Postgres

# A test's data need not survive a crash; never use these in a fault test.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class Database:
    """One test's database: a connection string for each role, and for the superuser."""

    name: str
    owner: str  # app
    ingest: str  # movie_ingest
    query: str  # movie_query, read-only
    superuser: str

    def rows(self, statement: str, *parameters: object) -> list[tuple[object, ...]]:
        """Run a statement as the owner, commit, and return its rows, if it has any."""
        with closing(psycopg2.connect(self.owner)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            found = cursor.fetchall() if cursor.description else []
            connection.commit()
            return found

    @contextmanager
    def movies_locked(self) -> Iterator[None]:
        """Nobody reads movies meanwhile: a statement that does waits."""
        with closing(psycopg2.connect(self.owner)) as connection, connection.cursor() as cursor:
            cursor.execute("LOCK TABLE movies IN ACCESS EXCLUSIVE MODE")
            yield

    def end_sessions(self, *, for_good: bool = False) -> None:
        """End those of movie_query, as a server that restarts does; `for_good`: and take none from now on."""
        with closing(psycopg2.connect(self.superuser)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            if for_good:
                cursor.execute(f'ALTER DATABASE "{self.name}" CONNECTION LIMIT 0')
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = 'movie_query'",
                (self.name,),
            )


def describe(postgres: Postgres, name: str) -> Database:
    """The connection strings of a database that exists."""
    urls = [postgres.url(role, name) for role in (*roles.ROLES, roles.SUPERUSER)]
    return Database(name, *urls)


@contextmanager
def fresh(postgres: Postgres, name: str, template: str = roles.DATABASE) -> Iterator[Database]:
    """A copy of the template under a new name; dropped at the end, whoever is still connected."""
    admin = postgres.url(roles.SUPERUSER, "postgres")
    roles.create_database(admin, name, template)
    try:
        yield describe(postgres, name)
    finally:
        with closing(psycopg2.connect(admin)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
