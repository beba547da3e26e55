"""The line of requests before the sessions: short by time, not only by number.

A burst may wait until it is served. Where no session has been free for longer, more is asked than can
be served, and waiting helps nobody (Controlled Delay). From then on nobody is let in who would wait
for longer than little, or than an answer takes; and when a session comes free, who has waited for more than a little
is told so, and the session goes to the first who has not, or else to the last. So who is accepted
waited little, and no session rests while anyone waits.

Who is next takes along those behind it who ask for the same kind of thing, as many as one service
can be for: the longer the line, the less each of them costs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from query.errors import Overloaded

STANDING_SECONDS = 0.25  # without a free session: this is no burst, nor a processor that others have
STANDING_WAIT_SECONDS_MAX = 0.015
EXPECTED_WAIT_SECONDS_MAX = 0.01  # for who is let in: below that, since services differ
CALM_SECONDS = 1.0  # without anyone turned away: too much was asked until then
SERVICES_WEIGHED = 32  # about so many say how fast it goes

Kind = TypeVar("Kind")
Asked = TypeVar("Asked")
Turn = TypeVar("Turn")


@dataclass(eq=False)
class Waiter(Generic[Kind, Asked, Turn]):
    """Who waits since a time for its turn. kind: who has the same one can be served with it; None: nobody."""

    asked: Asked
    kind: Kind | None
    since: float
    turn: asyncio.Future[Turn]


class Line(Generic[Kind, Asked, Turn]):
    """Who waits for a server (here a session), first come, first served; `now` gives seconds."""

    def __init__(self, length_max: int, now: Callable[[], float] = time.monotonic) -> None:
        self._length_max = length_max
        self._now = now
        # In the order in which they came; a dict, since who is served together stands anywhere in it.
        self._waiting: dict[Waiter[Kind, Asked, Turn], None] = {}
        self._began = self._last = now()
        self._seconds_each = 0.0  # between two who are served, while nobody finds a server free
        self._turned_away = float("-inf")

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, asked: Asked, kind: Kind | None = None) -> Waiter[Kind, Asked, Turn]:
        """Who waits from now on: its turn is a result, or Overloaded. Raises Overloaded when the line is full."""
        if len(self._waiting) >= self._length_max:
            raise Overloaded
        turn: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        waiter = Waiter(asked, kind, self._now(), turn)
        self._waiting[waiter] = None
        return waiter

    def turns_away(self, coming: int = 0) -> bool:
        """Whether it stands, and who came now would wait for longer than little, or than an answer takes.

        coming: how many were let in and will join.
        """
        now, ahead = self._now(), len(self._waiting) + coming
        if not ahead or not self._stands(now):
            return False
        if ahead * self._seconds_each <= EXPECTED_WAIT_SECONDS_MAX and now - self._last <= STANDING_SECONDS:
            return False
        self._turned_away = now
        return True

    def _stands(self, now: float) -> bool:
        return now - self._began > STANDING_SECONDS

    def leave(self, waiter: Waiter[Kind, Asked, Turn]) -> bool:
        """Whether it was still waiting."""
        if waiter not in self._waiting:
            return False
        del self._waiting[waiter]
        return True

    def begin_anew(self) -> None:
        """A server is free, or there is one more: what waits from now on is a burst, unless others were turned away just now."""
        self._last = now = self._now()
        if now - self._turned_away > CALM_SECONDS:
            self._began = now

    def serve(self, at_once: Callable[[Kind], int]) -> list[Waiter[Kind, Asked, Turn]]:
        """Whose turn it is, now that a server is free, the first one first; nobody's where none waits.

        at_once: how many of a kind the server can serve together.
        """
        now = self._now()
        stands = self._stands(now)
        while self._waiting:
            first = next(iter(self._waiting))
            del self._waiting[first]
            if first.turn.done():
                continue
            if stands and self._waiting and now - first.since > STANDING_WAIT_SECONDS_MAX:
                first.turn.set_exception(Overloaded())
                continue
            turn = [first, *self._others(first.kind, at_once)]
            seconds_each = (now - self._last) / len(turn)
            self._seconds_each += (seconds_each - self._seconds_each) / SERVICES_WEIGHED
            self._last = now
            return turn
        return []

    def _others(self, kind: Kind | None, at_once: Callable[[Kind], int]) -> list[Waiter[Kind, Asked, Turn]]:
        if kind is None:
            return []
        of_kind = (each for each in self._waiting if each.kind is kind and not each.turn.done())
        others = list(islice(of_kind, at_once(kind) - 1))
        for each in others:
            del self._waiting[each]
        return others
