"""A PostgreSQL of our own survives what happens to processes; durable settings throughout."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from local import processes
from local.accounts import service_account
from local.migrate import migrate
from local.ports import free_port
from local.postgres import Postgres
from tests.support.databases import Database


@pytest.fixture
def server() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="movie-data-api-postgres-"))
    folder.chmod(0o711)
    made = Postgres(folder, free_port())
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


def ask(url: str, statement: str) -> object:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        connection.commit()
        return row and row[0]


def test_it_starts_after_a_kill_though_some_other_program_took_the_number(server: Postgres) -> None:
    """As after a restart of a container. PostgreSQL itself forgives this only where the owner is another."""
    ask(server.url("app"), "CREATE TABLE kept AS SELECT 7 AS n")
    pid_file = next(server.log.parent.rglob("postmaster.pid"))
    text = pid_file.read_text()
    server.kill()
    other = processes.start(["sleep", "60"], log=server.log, account=service_account(), folder=Path("/"))
    try:
        pid_file.write_text("\n".join([str(other.pid), *text.split("\n")[1:]]))
        server.start()
        assert other.poll() is None
    finally:
        processes.kill(other)
    assert ask(server.url("app"), "SELECT n FROM kept") == 7


def test_it_asks_for_passwords_and_keeps_them_from_others(server: Postgres) -> None:
    assert (server.log.parent / "passwords.json").stat().st_mode & 0o777 == 0o600
    url = f"postgresql://app:wrong@127.0.0.1:{server.port}/movie"  # pragma: allowlist secret - wrong
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(url)


def test_it_lower_cases_more_than_ascii(server: Postgres) -> None:
    assert ask(server.url("app"), "SELECT lower('ÉŁ' COLLATE \"default\")") == "éł"


def test_a_migration_that_breaks_leaves_nothing_behind_and_can_be_repeated(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "9999_colours.sql"
    file.write_text("CREATE TABLE colours (name text); SELECT 1 / 0")
    with pytest.raises(psycopg2.errors.DivisionByZero):
        migrate(database.owner, tmp_path)
    file.write_text("CREATE TABLE colours (name text)")
    assert migrate(database.owner, tmp_path) == ["9999_colours"]


def test_migrating_twice_does_nothing(database: Database) -> None:
    assert migrate(database.owner) == []
