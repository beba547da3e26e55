"""Connections to PostgreSQL, and the one place where the driver's exceptions become ours."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import psycopg2
from psycopg2 import errors, extensions

from ingest.errors import DatabaseAway, DatabaseSlow
from ingest.settings import Settings
from ingest.sql import SESSION

Connection = extensions.connection
Cursor = extensions.cursor

_SLOW = (errors.QueryCanceled, errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Inside, whatever psycopg2 raises for a database that is away or slow is raised as ours.

    A read-only server (a primary that became a standby), one without space or without a
    free connection counts as away: another attempt may find it well. Errors that only a
    mistake in this code can cause pass through.
    """
    try:
        yield
    except _SLOW as error:
        raise DatabaseSlow("The database did not finish in time; try again.") from error
    except (
        psycopg2.OperationalError,
        psycopg2.InterfaceError,
        errors.ReadOnlySqlTransaction,
        errors.InsufficientPrivilege,
        errors.UndefinedTable,
    ) as error:
        raise DatabaseAway("The database cannot be used now; try again.") from error


class Database:
    """Hands out connections; keeps a few that nobody uses."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[Connection] = []
        self._guard = threading.Lock()

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection outside any transaction; one that broke, or met any error, is not used again."""
        with translated():
            connection = self._pooled() or self._connect()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            self._keep(connection)

    def ping(self) -> None:
        """Raise DatabaseAway unless a writable server with our schema answers."""
        with self.connection() as connection, transaction(connection) as cursor:
            cursor.execute("SELECT version FROM data_version")

    def close(self) -> None:
        """Close what is idle."""
        with self._guard:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _connect(self) -> Connection:
        settings = self._settings
        connection = psycopg2.connect(
            settings.database_url,
            connect_timeout=settings.database_connect_s,
            target_session_attrs="read-write",
            fallback_application_name="ingest",
            keepalives_idle=30,
            keepalives_interval=5,
            keepalives_count=3,
            client_encoding="UTF8",
        )
        connection.autocommit = True
        with connection.cursor() as cursor:
            limits = {
                "statement_ms": str(settings.database_statement_ms),
                "lock_ms": str(settings.database_lock_ms),
                "idle_ms": str(settings.database_idle_ms),
            }
            cursor.execute(SESSION["limits"], limits)
            # A hint that some platforms' servers do not take; without it a killed
            # process's statement runs to its end before its locks are free.
            with contextlib.suppress(psycopg2.DataError, psycopg2.ProgrammingError):
                cursor.execute(SESSION["notice_hangup"])
            cursor.execute(SESSION["work_tables"])
        return connection

    def _pooled(self) -> Connection | None:
        """An idle connection that still answers."""
        while True:
            with self._guard:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_is_in_recovery()")
                    row = cursor.fetchone()
                if row == (False,):
                    return connection
                connection.close()
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                connection.close()

    def _keep(self, connection: Connection) -> None:
        idle = connection.info.transaction_status == extensions.TRANSACTION_STATUS_IDLE
        with self._guard:
            if idle and len(self._idle) < self._settings.database_pool_max:
                self._idle.append(connection)
                return
        connection.close()


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[Cursor]:
    """BEGIN, then COMMIT, or ROLLBACK when anything is raised inside."""
    connection.autocommit = False
    try:
        with connection.cursor() as cursor:
            yield cursor
        connection.commit()
    except BaseException:
        with contextlib.suppress(psycopg2.Error):
            connection.rollback()
        raise
    finally:
        if not connection.closed:
            connection.autocommit = True


@contextlib.contextmanager
def claimed(connection: Connection, *names: str) -> Iterator[bool]:
    """Whether this connection alone works on what the names name; never waits for another."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    claim = {"claim": int.from_bytes(digest[:8], "big", signed=True)}
    with connection.cursor() as cursor:
        cursor.execute(SESSION["claim"], claim)
        mine = row(cursor)[0]
        try:
            yield bool(mine)
        finally:
            if mine and not connection.closed:
                with contextlib.suppress(psycopg2.Error):
                    cursor.execute(SESSION["release"], claim)


def row(cursor: Cursor) -> tuple[Any, ...]:
    """The one row that a statement must give."""
    found = cursor.fetchone()
    if found is None:
        raise LookupError("a statement that must give a row gave none")
    return found
