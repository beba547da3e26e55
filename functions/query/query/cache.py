"""Answers kept in memory: bounded in bytes, each computed once however many ask.

Everything happens on one event loop, so nothing here needs a lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from cachetools import Cache as BaseCache
from cachetools import LRUCache

from query.answers import Answer
from query.negotiation import Wanted

# What an entry costs beside its body: key, headers and the objects around them, roughly. tracemalloc
# counts 1.1 to 1.8 KB, and 1.5 KB more once the answer was given from memory.
ENTRY_BYTES = 2048
# Keys whose uses are compared: some times what is made anew at once, so that what matters is among them.
USED_MAX = 1000


def _size(answer: Answer) -> int:
    return len(answer.body) + ENTRY_BYTES


class Key(NamedTuple):
    """What an answer is kept under: the request as it came, and what the caller accepts."""

    path: str
    query: str
    wanted: Wanted


class Cache:
    """Least recently used answers by request key."""

    def __init__(self, bytes_max: int) -> None:
        self._answers: LRUCache[Key, Answer] = LRUCache(max(bytes_max, 1), getsizeof=_size)
        self._bytes_max = bytes_max
        self._used: set[Key] = set()
        self._flights: dict[Key, asyncio.Future[Answer]] = {}
        self.get: Callable[[Key], Answer | None] = self._answers.get
        """The kept answer, whatever its data version; None where there is none."""

    @property
    def bytes_used(self) -> int:
        return int(self._answers.currsize)

    def __len__(self) -> int:
        return len(self._answers)

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer, unless it alone is larger than an eighth of the whole."""
        if _size(answer) * 8 <= self._bytes_max:
            self._answers[key] = answer
            if answer.uses:
                self._note(key)

    def use(self, key: Key, answer: Answer) -> None:
        """Count that a kept answer was given."""
        answer.uses += 1
        if answer.uses == 1:
            self._note(key)

    def _note(self, key: Key) -> None:
        self._used.add(key)
        if len(self._used) > USED_MAX:
            self._used = set(self.most_used(USED_MAX // 2))

    def most_used(self, count: int) -> list[Key]:
        """So many keys of answers that were given from memory, the most used first.

        It takes no longer the more is kept: most of that is never asked for again.
        """
        # Counting is not using: the parent's look-up leaves the order of eviction alone.
        uses = {
            key: BaseCache.__getitem__(self._answers, key).uses for key in self._used if key in self._answers
        }
        return sorted(uses, key=uses.__getitem__, reverse=True)[:count]

    async def once(self, key: Key, compute: Callable[[], Awaitable[Answer]]) -> Answer:
        """compute(), shared by all who ask for the same key meanwhile; its error is shared as well.

        It is the bounds of compute that bound the wait of those who share it.
        """
        if key in self._flights:
            # Who goes away must not take the others' answer along.
            return await asyncio.shield(self._flights[key])
        flight = self._flights[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await compute()
        except asyncio.CancelledError:
            flight.cancel()
            raise
        except Exception as error:
            flight.set_exception(error)
            flight.exception()  # looked at, in case nobody shares it
            raise
        else:
            flight.set_result(answer)
            return answer
        finally:
            del self._flights[key]
            # It may hold an error, whose traceback holds this frame: garbage that only a collector finds.
            del flight
