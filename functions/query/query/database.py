"""Connections to PostgreSQL: bounded, kept ready, each with deadlines that a frozen server cannot outlast.

A request never connects. The keeper thread holds `connections` sessions open and
replaces those that break; a request takes a ready one, or waits in a short line,
or is told at once that there is none. The watchdog thread shuts the socket of a
session whose statement is past its deadline: the server's own statement_timeout
does not help when the server, or the network, has stopped.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections import deque
from typing import Any, NamedTuple

import psycopg2
from psycopg2 import errors as pg_errors
from psycopg2.extensions import BYTES, connection, register_type

from query.errors import DatabaseAway, DatabaseSlow, Overloaded

log = logging.getLogger(__name__)

# Text as bytes in UTF-8, numbers as int: the typecasters in Session.
Row = tuple[Any, ...]
WATCH_SECONDS = 0.05
CONNECT_SECONDS_MAX = 2
RECONNECT_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0)
# What makes the planner walk an index in the order of the page and stop at its
# end, for the first page of a small table as for the last one of a large table:
# plans are made once for all values, and no plan that reads everything is taken.
SESSION_OPTIONS = {
    "default_transaction_read_only": "on",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_hashagg": "on",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "idle_in_transaction_session_timeout": "5000",
}


class Statement(NamedTuple):
    """A statement to prepare: its name on the server, its text, the types of its parameters."""

    name: str
    text: str
    types: tuple[str, ...]


class Session:
    """One connection and what is prepared on it."""

    def __init__(self, dsn: str, statement_ms_max: int) -> None:
        options = {**SESSION_OPTIONS, "statement_timeout": str(statement_ms_max)}
        self.connection: connection = psycopg2.connect(
            dsn,
            connect_timeout=CONNECT_SECONDS_MAX,
            application_name="movie-query",
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
            tcp_user_timeout=5000,
            options=" ".join(f"-c {name}={value}" for name, value in options.items()),
        )
        self.connection.autocommit = True
        register_type(BYTES, self.connection)  # text comes as the UTF-8 bytes that go out
        self._cursor = self.connection.cursor()
        self._prepared: dict[str, str] = {}
        self.deadline: float | None = None

    def run(self, statement: Statement, parameters: tuple[object, ...]) -> Row:
        """The one row that every statement of this service gives."""
        call = self._prepared.get(statement.name) or self._prepare(statement)
        self._cursor.execute(call, parameters)
        row: Row | None = self._cursor.fetchone()
        if row is None:
            raise DatabaseAway
        return row

    def _prepare(self, statement: Statement) -> str:
        types = f"({', '.join(statement.types)})" if statement.types else ""
        self._cursor.execute(f"PREPARE {statement.name}{types} AS {statement.text}")
        places = f"({', '.join(['%s'] * len(statement.types))})" if statement.types else ""
        call = self._prepared[statement.name] = f"EXECUTE {statement.name}{places}"
        return call

    def sever(self) -> None:
        """Make a statement that another thread waits on fail now."""
        try:
            # A duplicate of the descriptor: closing it here leaves libpq's own open.
            with socket.socket(fileno=os.dup(self.connection.fileno())) as raw:
                raw.shutdown(socket.SHUT_RDWR)
        except (OSError, psycopg2.Error):
            return  # already gone, which is what was wanted

    def close(self) -> None:
        self.connection.close()


class Database:
    """The sessions that requests share. All methods are safe under threads."""

    def __init__(
        self, dsn: str, *, connections: int, waiters_max: int, wait_ms_max: int, statement_ms_max: int
    ) -> None:
        self._dsn = dsn
        self._size = connections
        self._waiters_max = waiters_max
        self._wait_seconds_max = wait_ms_max / 1000
        self._statement_ms_max = statement_ms_max
        # A little after the server's own limit, so that a server that lives reports it itself.
        self._deadline_seconds = statement_ms_max / 1000 + 0.1
        # Two conditions on one lock: a session that becomes free wakes a request, never
        # the keeper in its place.
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._freed = threading.Condition(self._lock)
        self._ready: deque[Session] = deque()
        self._busy: set[Session] = set()
        self._waiting = 0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._keep, name="database-keeper", daemon=True),
            threading.Thread(target=self._watch, name="database-watchdog", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def run(self, statement: Statement, parameters: tuple[object, ...] = ()) -> Row:
        """The statement's row. Raises DatabaseAway, DatabaseSlow or Overloaded, within bounds.

        A session that turns out broken (the server restarted or failed over since
        its last use) is replaced and the statement, which only reads, run once more.
        """
        try:
            return self._run_once(statement, parameters)
        except DatabaseAway:
            return self._run_once(statement, parameters)

    def _run_once(self, statement: Statement, parameters: tuple[object, ...]) -> Row:
        session = self._take()
        try:
            row = session.run(statement, parameters)
        except pg_errors.QueryCanceled:
            self._give(session)
            raise DatabaseSlow from None
        except (psycopg2.Error, DatabaseAway) as error:
            past_deadline = session.deadline is not None and time.monotonic() > session.deadline
            self._discard(session, error)
            raise (DatabaseSlow if past_deadline else DatabaseAway) from None
        except BaseException:
            self._discard(session, None)
            raise
        self._give(session)
        return row

    def _take(self) -> Session:
        with self._lock:
            if not self._ready:
                if self._waiting >= self._waiters_max:
                    raise Overloaded
                self._wait_for_ready()
            session = self._ready.pop()
            session.deadline = time.monotonic() + self._deadline_seconds
            self._busy.add(session)
            return session

    def _wait_for_ready(self) -> None:
        self._waiting += 1
        try:
            if not self._freed.wait_for(lambda: self._ready, self._wait_seconds_max):
                raise Overloaded if self._busy else DatabaseAway
        finally:
            self._waiting -= 1

    def _give(self, session: Session) -> None:
        with self._lock:
            session.deadline = None
            self._busy.discard(session)
            self._ready.append(session)
            if self._waiting:
                self._freed.notify()

    def _discard(self, session: Session, error: BaseException | None) -> None:
        """Drop a session, and with it the idle ones: what broke this one broke them."""
        log.warning("database session lost: %s", type(error).__name__)
        with self._lock:
            self._busy.discard(session)
            for lost in (session, *self._ready):
                lost.close()
            self._ready.clear()
            self._changed.notify_all()

    def _keep(self) -> None:
        failures = 0
        while True:
            with self._lock:
                self._changed.wait_for(
                    lambda: self._closed or len(self._ready) + len(self._busy) < self._size, timeout=1
                )
                if self._closed:
                    return
                if len(self._ready) + len(self._busy) >= self._size:
                    continue
            try:
                session = Session(self._dsn, self._statement_ms_max)
            except psycopg2.Error as error:
                # Only the kind: libpq's message can name hosts and users.
                log.warning("cannot connect to the database: %s", type(error).__name__)
                time.sleep(RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)])
                failures += 1
            else:
                failures = 0
                self._give(session)

    def _watch(self) -> None:
        while not self._closed:
            time.sleep(WATCH_SECONDS)
            now = time.monotonic()
            with self._lock:  # closing takes the lock too: no descriptor is severed after it is reused
                for session in self._busy:
                    if session.deadline is not None and session.deadline < now:
                        session.sever()

    def close(self) -> None:
        """Stop the threads and close what is idle."""
        with self._lock:
            self._closed = True
            idle = list(self._ready)
            self._ready.clear()
            self._changed.notify_all()
        for session in idle:
            session.close()
        for thread in self._threads:
            thread.join(timeout=CONNECT_SECONDS_MAX + 1)
