"""Files made to exhaust a reader are refused with a reason, early, by a process that stays small."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ingest import intake
from ingest.reading import Reading

from tests.integration.ingest.conftest import World, movie
from tests.support.aws import Bucket
from tests.support.databases import Database
from tests.support.functions import Function
from tests.support.memory import peak_resident_bytes
from tests.support.monsters import MIB, MONSTERS
from tests.support.notifications import deliver, notification, put

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_refused_when_a_bounded_part_of_it_has_been_read(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    seen: list[Counted] = []

    class Counted(Reading):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self.unpacked = 0
            seen.append(self)

        def pieces(self) -> Iterator[str]:
            for piece in super().pieces():
                self.unpacked += len(piece)
                yield piece

    monkeypatch.setattr(intake, "Reading", Counted)
    monster = MONSTERS[name]
    assert world.upload("monster", monster.make()).status_code == 422
    [reading] = seen
    assert reading.size_bytes <= monster.read_bytes_max
    assert reading.unpacked <= monster.unpacked_max


@ON_LINUX
@pytest.mark.parametrize("rounds", [1, pytest.param(3, marks=[pytest.mark.prove, pytest.mark.timeout(600)])])
def test_monsters_are_refused_with_a_reason_and_memory_stays_bounded(
    ingest: Function, bucket: Bucket, database: Database, rounds: int
) -> None:
    """Prints how long each took, from its event to the answer; `make prove-ingest` shows it."""
    for name, monster in MONSTERS.items():
        content, seconds = monster.make(), []
        for number in range(rounds):
            key = f"{name}, {number}"
            body = notification(bucket.name, key, put(bucket, key, content))
            began = time.monotonic()
            answer = deliver(ingest, body)
            seconds.append(time.monotonic() - began)
            assert answer.status_code == 422, name
            [(state, why)] = database.rows("SELECT state, reason FROM files WHERE key = %s", key)
            assert state == "failed", name
            assert monster.reason in str(why), name
        print(f"\n{name}, {len(content):,} bytes: refused in {max(seconds):.2f} s at most", end="")
    peak = peak_resident_bytes(ingest.process.pid)
    print(f"\npeak resident {peak / MIB:.0f} MiB")
    assert peak < 128 * MIB
    assert database.rows("SELECT count(*) FROM movies") == [(0,)]


@ON_LINUX
def test_a_large_file_is_stored_by_a_process_that_stays_small(
    ingest: Function, bucket: Bucket, database: Database
) -> None:
    """100 MB, a hundred times what a record may have."""
    lines = (json.dumps(movie(f"Film {n % 20_000}", extract="x" * 3000)) for n in range(33_000))
    body = "\n".join(lines).encode()
    assert len(body) > 100_000_000
    answer = deliver(ingest, notification(bucket.name, "large", put(bucket, "large", body)))
    assert answer.status_code == 200
    assert database.rows("SELECT entries, stored, merged FROM files") == [(33_000, 20_000, 13_000)]
    assert peak_resident_bytes(ingest.process.pid) < 128 * MIB
