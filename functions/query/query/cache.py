"""Answers kept in memory: bounded in bytes, safe under threads, each computed once however many ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future

from cachetools import LRUCache

from query.answers import Answer

# What an entry costs beside its body: key, headers and the objects around them, roughly.
ENTRY_BYTES = 1024


def _size(answer: Answer) -> int:
    return len(answer.body) + ENTRY_BYTES


class Cache:
    """Least recently used answers by request key."""

    def __init__(self, bytes_max: int) -> None:
        self._answers: LRUCache[Hashable, Answer] = LRUCache(max(bytes_max, 1), getsizeof=_size)
        self._bytes_max = bytes_max
        self._lock = threading.Lock()
        self._flights: dict[Hashable, Future[Answer]] = {}

    @property
    def bytes_used(self) -> int:
        return int(self._answers.currsize)

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Hashable) -> Answer | None:
        """The kept answer, whatever its data version; None where there is none."""
        with self._lock:
            return self._answers.get(key)

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer, unless it alone is larger than an eighth of the whole."""
        if _size(answer) * 8 <= self._bytes_max:
            with self._lock:
                self._answers[key] = answer

    def once(self, key: Hashable, compute: Callable[[], Answer], seconds_max: float) -> Answer:
        """compute(), shared by all who ask for the same key meanwhile; its error is shared as well.

        Raises TimeoutError where another caller's computation takes longer than seconds_max.
        """
        with self._lock:
            flight = self._flights.get(key)
            leader = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if not leader:
            return flight.result(timeout=seconds_max)
        try:
            answer = compute()
            flight.set_result(answer)
        except BaseException as error:
            flight.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._flights[key]
        return answer
