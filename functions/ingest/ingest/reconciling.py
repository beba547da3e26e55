"""Bucket and ledger compared: what an event was lost for is asked for again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from ingest import dead_letters, tracing
from ingest.database import Connection, claimed, transaction
from ingest.errors import Refused
from ingest.events import Change, Reconcile
from ingest.intake import same_second
from ingest.logs import log
from ingest.service import Service
from ingest.sink import Sink
from ingest.sql import LEDGER
from ingest.storage import Found
from ingest.taking import take

STRETCH_MAX = 1000  # keys that are compared at once


@dataclass(frozen=True)
class Summary:
    """What one turn saw. `after` is the key that the next turn starts behind, None where this one was the last."""

    objects: int = 0
    asked: int = 0
    refused: int = 0
    after: str | None = None
    running: bool = False  # another request compares; nothing was done


@dataclass(frozen=True)
class _Stretch:
    """A part of the order of keys: what the bucket holds there, what the ledger says gives movies, its last key."""

    objects: list[Found]
    given: list[str]
    upto: str | None  # None: to the end of the bucket


def reconcile(here: Service, asked: Reconcile) -> Summary:
    """Compare the bucket with the ledger for one turn; what is missing is asked for, through the sink if there is one.

    A turn ends after a while and says where the next one goes on. Safe to run twice at
    once (the second one ends at once) and to break off: what is done is known to the
    ledger. Raises Unavailable.
    """
    ms_max = min(asked.ms_max or here.settings.reconcile_ms_max, here.settings.reconcile_ms_max)
    deadline = time.monotonic() + ms_max / 1000
    with (
        here.database.connection() as connection,
        claimed(connection, "reconcile", here.storage.bucket) as mine,
    ):
        if not mine:
            return Summary(running=True)
        summary = _turn(here, connection, asked.after, deadline)
        if summary.after is None:
            with transaction(connection) as cursor:
                dead_letters.clear(cursor, here.storage.bucket)
    log.info("reconciled", extra={"fields": vars(summary)})
    return summary


def _turn(here: Service, connection: Connection, after: str, deadline: float) -> Summary:
    summary = Summary()
    with _asking(here) as (ask, at_once), ThreadPoolExecutor(at_once, thread_name_prefix="ask") as workers:
        for stretch in _stretches(here, connection, after):
            changes = _missing(connection, here.storage.bucket, stretch)
            for start in range(0, len(changes), at_once):
                some = changes[start : start + at_once]
                refused = sum(workers.map(tracing.carried(partial(_refused, ask)), some))
                summary = replace(summary, asked=summary.asked + len(some), refused=summary.refused + refused)
                if time.monotonic() > deadline and some[-1] is not changes[-1]:
                    seen = sum(found.key <= some[-1].key for found in stretch.objects)
                    return replace(summary, objects=summary.objects + seen, after=some[-1].key)
            summary = replace(summary, objects=summary.objects + len(stretch.objects))
            if time.monotonic() > deadline and stretch.upto is not None:
                return replace(summary, after=stretch.upto)
    return summary


@contextmanager
def _asking(here: Service) -> Iterator[tuple[Callable[[Change], object], int]]:
    """How a change is asked for, and how many at once."""
    if not here.settings.sink:
        yield partial(take, here), here.settings.files_at_once_max
        return
    with closing(Sink(here.settings)) as sink:
        yield sink.ask, here.settings.reconcile_at_once_max


def _refused(ask: Callable[[Change], object], change: Change) -> bool:
    """Ask, and say whether it was refused: the ledger has the reason by then."""
    try:
        ask(change)
    except Refused:
        return True
    return False


def _stretches(here: Service, connection: Connection, after: str) -> Iterator[_Stretch]:
    """The whole order of keys behind `after` in parts that fit into memory, whichever side has more keys."""
    for page, end in _pages(here.storage.pages(after)):
        rest, whole = page, False
        while not whole:
            given = _given(connection, here.storage.bucket, after, end)
            whole = len(given) < STRETCH_MAX
            upto = end if whole else given[-1]
            part = [found for found in rest if upto is None or found.key <= upto]
            yield _Stretch(part, given, upto)
            rest, after = rest[len(part) :], upto or after


def _pages(pages: Iterator[list[Found]]) -> Iterator[tuple[list[Found], str | None]]:
    """Each page with its last key; the last page, which may be empty, with None."""
    held: list[Found] = []
    for page in pages:
        if held and page:
            yield held, held[-1].key
        held = page or held
    yield held, None


def _missing(connection: Connection, bucket: str, stretch: _Stretch) -> list[Change]:
    """What the ledger lacks of a stretch, and what it has that is no more, in the order of keys."""
    known = _decided(connection, bucket, [found.key for found in stretch.objects])
    there = {found.key for found in stretch.objects}
    changes = [
        Change(bucket, found.key, etag=found.etag)
        for found in stretch.objects
        if not found.key.endswith("/")
        and not any(
            same_second(time_, found.last_modified) for time_ in known.get((found.key, found.etag), ())
        )
    ]
    changes += [Change(bucket, key, removed=True) for key in stretch.given if key not in there]
    return sorted(changes, key=lambda change: change.key)


def _decided(
    connection: Connection, bucket: str, keys: list[str]
) -> dict[tuple[str, str], list[datetime | None]]:
    """When the versions that need nothing done were modified, by key and ETag."""
    known: dict[tuple[str, str], list[datetime | None]] = {}
    with transaction(connection) as cursor:
        cursor.execute(LEDGER["decided"], {"bucket": bucket, "keys": keys})
        for key, etag, last_modified in cursor:
            known.setdefault((key, etag), []).append(last_modified)
    return known


def _given(connection: Connection, bucket: str, after: str, upto: str | None) -> list[str]:
    values = {"bucket": bucket, "after": after, "upto": upto, "limit": STRETCH_MAX}
    with transaction(connection) as cursor:
        cursor.execute(LEDGER["given_between"], values)
        return [key for (key,) in cursor]
