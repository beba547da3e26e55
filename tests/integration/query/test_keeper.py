"""`python -m query --keep`: a server that is killed is followed by another, and callers wait for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from query.keeper import KILLED_MAX

from local import processes
from tests.support.functions import Function, start_function
from tests.support.memory import children
from tests.support.waiting import wait_until


def started(folder: Path, url_of_database: str, *, ready: bool = True) -> Function:
    settings = {"DATABASE_URL": url_of_database, "QUERY_DRAIN_MS": "200"}
    return start_function("query", settings, folder, ready=ready, arguments=("-m", "query", "--keep"))


@pytest.fixture
def kept(database, tmp_path) -> Iterator[Function]:
    made = started(tmp_path, database.query)
    yield made
    made.kill()


def server_of(kept: Function) -> int:
    wait_until(lambda: children(kept.process.pid), 10)
    return children(kept.process.pid)[0]


def kill_server_of(kept: Function) -> None:
    """Return when it is gone; its number is no other process's for a long time."""
    before = server_of(kept)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: not processes.alive(before), 10)


def test_callers_wait_until_the_next_server_answers(kept):
    for _ in range(2):
        before = server_of(kept)
        kill_server_of(kept)
        assert requests.get(kept.url + "/movies?limit=1", timeout=10).status_code == 200
        assert server_of(kept) != before
    assert kept.log.read_text().count("killed by signal 9 and is started again") == 2


def test_a_server_that_is_killed_again_and_again_ends_the_keeper(kept):
    for _ in range(KILLED_MAX + 1):
        kill_server_of(kept)
    assert kept.process.wait(10) == 128 + signal.SIGKILL
    assert "once too often" in kept.log.read_text()


def test_it_ends_as_the_server_does_when_it_is_told_to(kept):
    assert kept.stop() == 0
    assert "draining" in kept.log.read_text()
    with pytest.raises(requests.ConnectionError):
        requests.get(kept.url + "/movies", timeout=1)


def test_a_server_that_cannot_begin_is_not_started_again(tmp_path):
    kept = started(tmp_path, "no such thing", ready=False)
    assert kept.process.wait(10) == 1
    assert kept.log.read_text().startswith("query: DATABASE_URL must be a libpq connection string")
