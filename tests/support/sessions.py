"""The query function's own pool of sessions, for tests of what uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from query.connecting import Connector
from query.database import Database, Limits


@asynccontextmanager
async def pool(
    dsn: str,
    *,
    connections: int = 1,
    waiters_max: int = 8,
    wait_ms_max: int = 5000,
    statement_ms_max: int = 5000,
) -> AsyncIterator[Database]:
    """A pool that is closed at the end."""
    made = Database(
        Connector(dsn, statement_ms_max), Limits(connections, waiters_max, wait_ms_max, statement_ms_max)
    )
    made.start()
    try:
        yield made
    finally:
        await made.close()
