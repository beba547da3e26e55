"""After a new data version the most used answers are made anew before they are asked for.

One after the other: whoever asks meanwhile shares the work, and the database sees no rush.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from query.answers import Answer
from query.cache import Cache, Key
from query.errors import Problem

ANSWERS_MAX = 200


class Refresher:
    """renew: makes the answer of a key anew and keeps it. is_current: whether an answer still is one."""

    def __init__(
        self,
        cache: Cache,
        renew: Callable[[Key], Awaitable[Answer]],
        is_current: Callable[[Answer], bool],
    ) -> None:
        self._cache = cache
        self._renew = renew
        self._is_current = is_current
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, unless it is under way."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        for key in self._cache.most_used(ANSWERS_MAX):
            kept = self._cache.get(key)
            if kept is not None and not self._is_current(kept):
                try:
                    await self._renew(key)
                except Problem:
                    return  # the next request for each of them tries again

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
