"""The ingest function in a forked process that dies, or loses the database or the bucket, at a step of one's choice.

Each statement, each COMMIT (before it and after it) and each call of S3 is a step. A fork
takes milliseconds where a start takes a second, and dies by the same SIGKILL.
"""

from __future__ import annotations

import os
import select
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flask
import psycopg2
from botocore.exceptions import EndpointConnectionError
from psycopg2 import extensions

ANSWER_S_MAX = 60


@dataclass(frozen=True)
class Fault:
    """What happens at a step, counted from 0: "kill", "cut database", "cut bucket" or "pause"."""

    kind: str
    step: int


@dataclass(frozen=True)
class Child:
    """A request under way in a process of its own."""

    pid: int
    pipe: int

    def wait_until_paused(self) -> None:
        """Return once it is paused, or has come to its end before that step."""
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def go_on(self) -> None:
        """Let one that was paused go on."""
        os.kill(self.pid, signal.SIGCONT)

    def status(self) -> int | None:
        """The answer's status, None where the process was killed; fails when it does neither."""
        try:
            readable, _, _ = select.select([self.pipe], [], [], ANSWER_S_MAX)
            if not readable:
                os.kill(self.pid, signal.SIGKILL)
            text = os.read(self.pipe, 65_536).decode()
        finally:
            os.close(self.pipe)
            os.waitpid(self.pid, 0)
        assert readable, "no answer"
        if not text:
            return None
        assert text.isdigit(), text
        return int(text)


def request(
    app: flask.Flask, fault: Fault | None, superuser: str, look: Callable[[], list[str]], **asked: Any
) -> Child:
    """POST to / in a fork; `asked` is what Flask's test client takes, `superuser` can end sessions.

    `look` is called at each step of the database; what it finds wrong fails the child's status().
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Child(pid, reading)
    try:
        _watch(app, _Steps(fault, superuser, look, writing).step)
        text = str(app.test_client().post("/", **asked).status_code)
    except BaseException:  # noqa: BLE001 - the parent is told, and fails
        text = traceback.format_exc()
    os.write(writing, text.encode())
    os._exit(0)


class _Steps:
    """Counts, and lets the fault happen."""

    def __init__(self, fault: Fault | None, superuser: str, look: Callable[[], list[str]], pipe: int) -> None:
        self._fault = fault
        self._superuser = superuser
        self._look = look
        self._pipe = pipe
        self._count = 0

    def step(self, of: str) -> None:
        """One step of the database or of the bucket is about to be made."""
        fault, at = self._fault, self._count
        self._count += 1
        if of == "database" and (wrong := self._look()):
            os.write(self._pipe, f"at step {at} a reader misses {', '.join(wrong)}; ".encode())
        if fault is None or at < fault.step:
            return
        if fault.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif fault.kind == "pause" and at == fault.step:
            os.kill(os.getpid(), signal.SIGSTOP)
        elif fault.kind == "cut bucket" and of == "bucket":
            raise EndpointConnectionError(endpoint_url="cut")
        elif fault.kind == "cut database" and at == fault.step:
            self._end_sessions()

    def _end_sessions(self) -> None:
        connection = psycopg2.connect(self._superuser)
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = 'ingest'"
            )
        connection.close()


def _watch(app: flask.Flask, step: Callable[[str], None]) -> None:
    """Call `step` before each statement, around each COMMIT and before each call of S3."""

    class Cursor(extensions.cursor):
        def execute(self, *arguments: Any, **named: Any) -> None:
            step("database")
            super().execute(*arguments, **named)

        def copy_expert(self, *arguments: Any, **named: Any) -> None:
            step("database")
            super().copy_expert(*arguments, **named)

    class Connection(extensions.connection):
        def cursor(self, *arguments: Any, **named: Any) -> Any:
            named.setdefault("cursor_factory", Cursor)
            return super().cursor(*arguments, **named)

        def commit(self) -> None:
            step("database")
            super().commit()
            step("database")

    connect = psycopg2.connect

    def watched(*arguments: Any, **named: Any) -> Any:
        step("database")
        return connect(*arguments, connection_factory=Connection, **named)

    psycopg2.connect = watched
    client = app.extensions["ingest"].storage._client
    client.meta.events.register("before-send.s3", lambda **_: step("bucket"))
