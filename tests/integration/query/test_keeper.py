"""A pod's two containers, `python -m query --keep` and `--spare`: whatever is killed, callers are answered."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from query.keeper import KILLED_MAX, SHARE_SECONDS

from local import processes
from local.ports import HOST, free_port
from tests.support.functions import Function, start_function
from tests.support.memory import children
from tests.support.waiting import wait_until


class Pod:
    """A port, and the containers that were started there."""

    def __init__(self, database: str, folder: Path) -> None:
        self.settings = {"DATABASE_URL": database, "QUERY_DRAIN_MS": "300"}
        self.port = free_port()
        self._folder = folder
        self._containers: list[Function] = []

    def first(self, *, ready: bool = True) -> Function:
        return self._start("--keep", ready=ready)

    def spare(self) -> Function:
        return self._start("--spare", ready=False)

    def _start(self, part: str, *, ready: bool) -> Function:
        folder = self._folder / str(len(self._containers))
        folder.mkdir()
        arguments = ("-m", "query", part)
        container = start_function(
            "query", self.settings, folder, port=self.port, ready=ready, arguments=arguments
        )
        self._containers.append(container)
        return container

    def end(self) -> None:
        for each in self._containers:
            each.kill()


@pytest.fixture
def pod(database, tmp_path) -> Iterator[Pod]:
    made = Pod(database.query, tmp_path)
    yield made
    made.end()


@pytest.fixture
def kept(pod) -> Function:
    return pod.first()


def both(pod: Pod) -> tuple[Function, Function]:
    """The two containers, when each has the socket."""
    first, spare = pod.first(), pod.spare()
    wait_until(lambda: times_given(first), 10)
    return first, spare


def times_given(first: Function) -> int:
    return first.log.read_text().count("the spare container has the socket")


def serves(spare: Function) -> bool:
    return bool(children(spare.process.pid))


def assert_answers(container: Function) -> None:
    assert requests.get(container.url + "/movies?limit=1", timeout=10).status_code == 200


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
        assert_answers(kept)
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


def test_a_server_that_cannot_begin_is_not_started_again(pod):
    pod.settings["DATABASE_URL"] = "no such thing"
    kept = pod.first(ready=False)
    assert kept.process.wait(10) == 1
    assert kept.log.read_text().startswith("query: DATABASE_URL must be a libpq connection string")


def test_the_spare_serves_while_the_first_container_is_away(pod):
    first, spare = both(pod)
    for _ in range(2):
        assert not serves(spare)
        first.kill()
        assert_answers(first)
        assert serves(spare)
        first = pod.first()
        assert_answers(first)
        wait_until(lambda: not serves(spare), 10)
        assert_answers(first)
    assert spare.process.poll() is None


def test_the_spare_is_left_in_peace_while_the_first_container_serves(pod):
    first, spare = both(pod)
    time.sleep(4 * SHARE_SECONDS)
    assert "away" not in spare.log.read_text()
    assert times_given(first) == 1


def test_a_connection_that_nobody_has_taken_yet_is_answered_by_the_other_container(pod):
    first, spare = both(pod)
    os.killpg(first.process.pid, signal.SIGSTOP)
    with socket.create_connection((HOST, pod.port), timeout=10) as caller:
        caller.sendall(b"GET /health/liveness HTTP/1.1\r\nHost: movies\r\n\r\n")
        first.kill()
        assert caller.recv(12) == b"HTTP/1.1 200"
    assert serves(spare)


def test_a_spare_that_was_killed_gets_the_socket_again(pod):
    first, spare = both(pod)
    spare.kill()
    assert_answers(first)
    again = pod.spare()
    wait_until(lambda: times_given(first) == 2, 10)
    first.kill()
    assert_answers(first)
    assert serves(again)


def test_a_spare_of_a_server_that_never_began_does_not_serve(pod):
    spare = pod.spare()
    good, pod.settings["QUERY_CONNECTIONS"] = dict(pod.settings), "many"
    assert pod.first(ready=False).process.wait(10) == 1
    assert not serves(spare)
    pod.settings = good
    first = pod.first()
    wait_until(lambda: times_given(first), 10)


def test_a_spare_ends_when_it_is_told_to(pod):
    _, spare = both(pod)
    assert spare.stop() == 0


def test_a_spare_that_serves_drains_when_it_is_told_to_end(pod):
    first, spare = both(pod)
    first.kill()
    assert_answers(first)
    assert spare.stop() == 0
    assert "draining" in spare.log.read_text()
    with pytest.raises(requests.ConnectionError):
        requests.get(first.url + "/movies", timeout=1)


def test_a_spare_whose_server_is_killed_leaves_it_to_kubernetes(pod):
    first, spare = both(pod)
    first.kill()
    assert_answers(first)
    kill_server_of(spare)
    assert spare.process.wait(10) == 128 + signal.SIGKILL
    assert_answers(pod.first())


def test_there_is_one_spare_of_a_port(pod):
    both(pod)
    second = pod.spare()
    assert second.process.wait(10) == 1
    assert second.log.read_text().startswith(f"query: port {pod.port} cannot be had (Address already in use)")
