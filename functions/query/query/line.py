"""The line of requests before the sessions: short by time, not only by number.

A burst may wait until it is served. Where no session has been free for longer, more is asked than can
be served, and waiting helps nobody (Controlled Delay). From then on nobody is let in who would wait
for longer than an answer takes; and when a session comes free, who has waited for more than a little
is told so, and the session goes to the first who has not, or else to the last. So who is accepted
waited little, and no session rests while anyone waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from query.errors import Overloaded

STANDING_SECONDS = 0.25  # without a free session: this is no burst, nor a processor that others have
STANDING_WAIT_SECONDS_MAX = 0.02
CALM_SECONDS = 1.0  # without anyone turned away: too much was asked until then

Server = TypeVar("Server")


class Line(Generic[Server]):
    """Who waits for one of `servers` (here sessions), first come, first served; `now` gives seconds."""

    def __init__(self, servers: int, length_max: int, now: Callable[[], float] = time.monotonic) -> None:
        self._servers = servers
        self._length_max = length_max
        self._now = now
        self._since: dict[asyncio.Future[Server], float] = {}  # in the order in which they came
        self._began = now()
        self._turned_away = float("-inf")

    def __len__(self) -> int:
        return len(self._since)

    def join(self) -> asyncio.Future[Server]:
        """What gets a server, or Overloaded. Raises Overloaded when the line is full."""
        if len(self._since) >= self._length_max:
            raise Overloaded
        waiter: asyncio.Future[Server] = asyncio.get_running_loop().create_future()
        self._since[waiter] = self._now()
        return waiter

    def turns_away(self, coming: int = 0) -> bool:
        """Whether it stands, and each server has one waiting: who came now would wait for longer than an answer takes.

        coming: how many were let in and will join.
        """
        now = self._now()
        if len(self._since) + coming < self._servers or not self._stands(now):
            return False
        self._turned_away = now
        return True

    def _stands(self, now: float) -> bool:
        return now - self._began > STANDING_SECONDS

    def leave(self, waiter: asyncio.Future[Server]) -> bool:
        """Whether it was still waiting."""
        return self._since.pop(waiter, None) is not None

    def begin_anew(self) -> None:
        """A server is free, or there is one more: what waits from now on is a burst, unless others were turned away just now."""
        now = self._now()
        if now - self._turned_away > CALM_SECONDS:
            self._began = now

    def serve(self, server: Server) -> bool:
        """Whether there was anyone to take it."""
        now = self._now()
        stands = self._stands(now)
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
