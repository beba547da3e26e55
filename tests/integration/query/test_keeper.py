"""`python -m query --keep`: a server that is killed is followed by another, and callers wait for it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from query.keeper import KILLED_MAX

from local import processes
from local.ports import HOST, free_port
from tests.support.functions import Function
from tests.support.memory import children
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[3]


@dataclass
class Kept(Function):
    """A keeper and its server."""

    @property
    def server(self) -> int:
        wait_until(lambda: children(self.process.pid), 10)
        return children(self.process.pid)[0]

    def kill_server(self) -> None:
        """Return when it is gone; its number is no other process's for a long time."""
        before = self.server
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: not processes.alive(before), 10)


@contextmanager
def started(folder: Path, url_of_database: str) -> Iterator[Kept]:
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "functions/query"),
        "HOST": HOST,
        "PORT": str(port),
        "QUERY_DRAIN_MS": "200",
        "DATABASE_URL": url_of_database,
    }
    log = folder / "kept.log"
    process = processes.start([sys.executable, "-m", "query", "--keep"], log=log, environment=environment)
    try:
        yield Kept(f"http://{HOST}:{port}", process, log)
    finally:
        processes.kill(process)


@pytest.fixture
def kept(database, tmp_path) -> Iterator[Kept]:
    with started(tmp_path, database.query) as made:
        made.wait_until_ready()
        yield made


def test_callers_wait_until_the_next_server_answers(kept):
    for _ in range(2):
        before = kept.server
        kept.kill_server()
        assert requests.get(kept.url + "/movies?limit=1", timeout=10).status_code == 200
        assert kept.server != before
    assert kept.log.read_text().count("killed by signal 9 and is started again") == 2


def test_a_server_that_is_killed_again_and_again_ends_the_keeper(kept):
    for _ in range(KILLED_MAX + 1):
        kept.kill_server()
    assert kept.process.wait(10) == 128 + signal.SIGKILL
    assert "once too often" in kept.log.read_text()


def test_it_ends_as_the_server_does_when_it_is_told_to(kept):
    assert kept.stop() == 0
    assert "draining" in kept.log.read_text()
    with pytest.raises(requests.ConnectionError):
        requests.get(kept.url + "/movies", timeout=1)


def test_a_server_that_cannot_begin_is_not_started_again(tmp_path):
    with started(tmp_path, "no such thing") as kept:
        assert kept.process.wait(10) == 1
        assert kept.log.read_text().startswith("query: DATABASE_URL must be a libpq connection string")
