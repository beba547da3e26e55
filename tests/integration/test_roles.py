"""What the two functions' roles may not do, tried on a real server; what they may do, every other test shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import errors

from local.postgres import Postgres
from tests.support import databases
from tests.support.databases import Database

# Of both: nothing of the schema, the server's files, its programs or other roles is theirs.
OF_BOTH = (
    "CREATE TABLE mine (a int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION file_fdw",
    "ALTER TABLE movies ADD COLUMN mine int",
    "DROP TABLE movies",
    "TRUNCATE movies",
    "CREATE INDEX ON movies (year)",
    "CREATE ROLE mine",
    "ALTER ROLE app SUPERUSER",
    "ALTER ROLE app PASSWORD 'x'",  # its own a role may always change, that is PostgreSQL's rule
    "GRANT app TO movie_query",
    "SET ROLE app",
    "SET ROLE postgres",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "CREATE DATABASE mine",
    "COPY movies TO '/tmp/movies'",
    "COPY movies FROM PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
    "INSERT INTO migrations (name) VALUES ('mine')",
    "SELECT * FROM migrations",
)
OF_QUERY = (
    "INSERT INTO people (key) VALUES ('x')",
    "UPDATE movies SET year = 1",
    "DELETE FROM movies",
    "UPDATE data_version SET version = 0",
    "SELECT * FROM movies FOR UPDATE",
    "SELECT * FROM files",
    "SELECT * FROM contents",
    "SELECT * FROM rejects",
    "SELECT * FROM records",
    "CREATE TEMPORARY TABLE mine (a int)",
    "BEGIN; LOCK TABLE movies IN ACCESS EXCLUSIVE MODE",
)
OF_INGEST = (
    "DELETE FROM data_version",
    "INSERT INTO data_version DEFAULT VALUES",
    "DELETE FROM year_counts",
    "DELETE FROM name_words",
    "TRUNCATE files",
)


@pytest.fixture(scope="module")
def database(postgres: Postgres) -> Iterator[Database]:
    """One for all tests of this file: nothing that they try may change it."""
    with databases.fresh(postgres, "test_roles") as made:
        yield made


def attempt(url: str, statement: str) -> None:
    """Run it with the belt of read-only transactions off: the rights alone must hold."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True  # some statements take no transaction around them
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(statement)


@pytest.mark.parametrize("statement", [*OF_BOTH, *OF_QUERY])
def test_query_may_not(database: Database, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        attempt(database.query, statement)


@pytest.mark.parametrize("statement", [*OF_BOTH, *OF_INGEST])
def test_ingest_may_not(database: Database, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        attempt(database.ingest, statement)


def test_a_session_of_query_is_read_only_from_its_start(database: Database) -> None:
    with closing(psycopg2.connect(database.query)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW default_transaction_read_only")
        assert cursor.fetchone() == ("on",)
