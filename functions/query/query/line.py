"""The line of requests before the sessions: short by time, not only by number.

A burst may wait until it is served. A line that has stood for longer holds more than can be
served, and waiting in it helps nobody: from then on, when a session comes free, who has waited for
more than a little is told so, and the session goes to the first who has not, or else to the last
(Controlled Delay). So who is accepted waited little, and no session rests while anyone waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from query.errors import Overloaded

STANDING_SECONDS = 0.1  # a line older than this is no burst
STANDING_WAIT_SECONDS_MAX = 0.02

Server = TypeVar("Server")


class Line(Generic[Server]):
    """Who waits for a server (here a session), first come, first served; `now` gives seconds."""

    def __init__(self, length_max: int, now: Callable[[], float] = time.monotonic) -> None:
        self._length_max = length_max
        self._now = now
        self._since: dict[asyncio.Future[Server], float] = {}  # in the order in which they came
        self._began = 0.0

    def __len__(self) -> int:
        return len(self._since)

    def join(self) -> asyncio.Future[Server]:
        """What gets a server, or Overloaded. Raises Overloaded when the line is full."""
        if len(self._since) >= self._length_max:
            raise Overloaded
        now = self._now()
        if not self._since:
            self._began = now
        waiter: asyncio.Future[Server] = asyncio.get_running_loop().create_future()
        self._since[waiter] = now
        return waiter

    def leave(self, waiter: asyncio.Future[Server]) -> bool:
        """Whether it was still waiting."""
        return self._since.pop(waiter, None) is not None

    def begin_anew(self) -> None:
        """A line that there was for want of servers is no sign of too many requests."""
        self._began = self._now()

    def serve(self, server: Server) -> bool:
        """Whether there was anyone to take it."""
        now = self._now()
        stands = now - self._began > STANDING_SECONDS
        while self._since:
            waiter = next(iter(self._since))
            since = self._since.pop(waiter)
            if waiter.done():
                continue
            if stands and self._since and now - since > STANDING_WAIT_SECONDS_MAX:
                waiter.set_exception(Overloaded())
                continue
            waiter.set_result(server)
            return True
        return False
