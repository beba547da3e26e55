"""The sessions that requests share: bounded, kept ready, each wait with an end.

A request never connects. The keeper holds `connections` sessions open and
replaces those that break; a request takes a ready one, or waits in a short line
(line.py), or is told at once that the line is full.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from query.connecting import Connector
from query.errors import DatabaseAway, Overloaded
from query.line import Line
from query.session import Row, Session, Statement

log = logging.getLogger(__name__)

RECONNECT_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0)
# Beyond the server's own limit, so that a server that lives reports it itself.
GRACE_SECONDS = 0.05


@dataclass(frozen=True)
class Limits:
    """What a pool may use and how long it may take; streams have sessions of their own beyond `connections`."""

    connections: int
    waiters_max: int
    wait_ms_max: int
    statement_ms_max: int
    streams_max: int = 0


class Database:
    """A pool of sessions. Everything happens on the event loop that `start` ran on."""

    def __init__(self, connector: Connector, limits: Limits) -> None:
        self._connector = connector
        self._limits = limits
        self._statement_seconds_max = limits.statement_ms_max / 1000 + GRACE_SECONDS
        self._sessions: set[Session] = set()
        self._ready: deque[Session] = deque()
        self._line: Line[Session] = Line(limits.connections, limits.waiters_max)
        self._streams = 0

    def start(self) -> None:
        """Begin to connect; the sessions come by and by."""
        self._lost = asyncio.Event()
        self._keeper = asyncio.create_task(self._keep())

    @property
    def sessions(self) -> tuple[int, int, int]:
        """How many sessions are ready, how many busy, how many requests wait for one."""
        return len(self._ready), len(self._sessions) - len(self._ready), len(self._line)

    def turns_away(self, coming: int = 0) -> bool:
        """Whether who came now, behind `coming` others, would wait too long: to be told before any work is done."""
        return self._line.turns_away(max(coming - len(self._ready), 0))  # some of them find a session ready

    async def run(self, statement: Statement, parameters: tuple[object, ...] = ()) -> list[Row]:
        """The statement's rows. Raises DatabaseAway, DatabaseSlow or Overloaded, within bounds.

        A session that turns out broken (the server restarted or failed over since
        its last use) is replaced and the statement, which only reads, run once more; where
        there is none at all, it is waited for once more.
        """
        try:
            return await self._run_once(statement, parameters)
        except DatabaseAway:
            return await self._run_once(statement, parameters)

    async def _run_once(self, statement: Statement, parameters: tuple[object, ...]) -> list[Row]:
        session = await self._take()
        try:
            return await session.run(statement, parameters, self._statement_seconds_max)
        finally:
            if session.is_open:
                self._give(session)
            else:
                self._forget(session, *self._ready)  # what broke this one broke the idle ones

    async def _take(self) -> Session:
        """A session that is ready, after a wait if there is none. Raises DatabaseAway or Overloaded."""
        if self._ready:
            self._line.begin_anew()
            return self._ready.pop()
        waiter = self._line.join()
        # asyncio.wait_for would do, at a price that every waiting request pays.
        deadline = asyncio.get_running_loop().call_later(
            self._limits.wait_ms_max / 1000, self._give_up, waiter
        )
        try:
            return await waiter
        except asyncio.CancelledError:
            has_left = self._line.leave(waiter)
            if not has_left and not waiter.cancelled() and waiter.exception() is None:
                self._give(waiter.result())
            raise
        finally:
            deadline.cancel()
            # It may hold an error, whose traceback holds this frame: garbage that only a collector finds.
            del waiter

    def _give_up(self, waiter: asyncio.Future[Session]) -> None:
        if self._line.leave(waiter) and not waiter.done():
            waiter.set_exception((Overloaded if self._sessions else DatabaseAway)())

    def _give(self, session: Session) -> None:
        if not self._line.serve(session):
            self._ready.append(session)

    def _forget(self, *lost: Session) -> None:
        for session in lost:
            session.close()
            self._sessions.discard(session)
            if session in self._ready:
                self._ready.remove(session)
        log.warning("database sessions lost: %d", len(lost))
        self._lost.set()

    async def _keep(self) -> None:
        failures = 0
        while True:
            self._lost.clear()
            if len(self._sessions) >= self._limits.connections:
                await self._lost.wait()
                continue
            try:
                session = await self._connector.connect()
            except DatabaseAway:
                log.warning("cannot connect to the database")
                await asyncio.sleep(RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)])
                failures += 1
            else:
                failures = 0
                session.on_lost = self._forget
                self._sessions.add(session)
                self._line.begin_anew()
                self._give(session)

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[Session]:
        """A session of its own for a long read, at most `streams_max` at once. Raises Overloaded, DatabaseAway."""
        if self._streams >= self._limits.streams_max:
            raise Overloaded
        self._streams += 1
        try:
            session = await self._connector.connect()
            try:
                yield session
            finally:
                session.close()
        finally:
            self._streams -= 1

    async def close(self) -> None:
        """Stop the keeper and close what is idle."""
        self._keeper.cancel()
        await asyncio.wait([self._keeper])
        for session in self._ready:
            session.close()
