"""Reads at a constant rate through a fault, whatever becomes of them; every answer is written down.

`python -m tests.faults.prober PORT HOST RATE NUMBER FILE` asks until SIGTERM, then writes FILE: the
answers, and each distinct body once. A request goes out when it is due, on a connection that
is free or a new one, so that a stall delays no request behind it; its time runs from the
time it was due.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import json
import os
import signal
import sys
import time
from collections import deque
from pathlib import Path

from tests.bench.response import Response
from tests.faults.records import KEPT, fresh

ANSWER_S_MAX = 10.0
CONNECTIONS_MAX = 1000
FRESH_EVERY = 3  # of three questions one was never asked before


class Prober:
    """answers: [due (time.monotonic), first byte in seconds, status (0: none), path, kept, ETag, marked, body]."""

    def __init__(self, port: int, host: str, rate: float, number: int) -> None:
        self._port = port
        self._host = host  # what a gateway chooses by
        self._rate = rate
        self._number = number  # the fresh questions of one run go on where the run before ended
        self._idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
        self._open: set[asyncio.Task[None]] = set()
        self.answers: list[tuple[float, float, int, str, bool, str, bool, str]] = []
        self.bodies: dict[str, str] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until told to stop, then wait for what is under way."""
        began, asked = time.monotonic(), 0
        while not stop.is_set():
            due = began + asked / self._rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            is_fresh = asked % FRESH_EVERY == 0
            path = fresh(self._number + asked) if is_fresh else KEPT[asked % len(KEPT)]
            task = asyncio.create_task(self._ask(path, not is_fresh, due))
            self._open.add(task)
            task.add_done_callback(self._open.discard)
            asked += 1
        if self._open:
            await asyncio.wait(self._open)

    async def _ask(self, path: str, kept: bool, due: float) -> None:
        response = Response(keep=True)
        try:
            first = await asyncio.wait_for(self._exchange(path, response, due), ANSWER_S_MAX)
        except (OSError, ValueError, asyncio.TimeoutError):
            self.answers.append((due, time.monotonic() - due, 0, path, kept, "", False, ""))
            return
        digest = hashlib.sha256(response.body).hexdigest()[:32]
        self.bodies.setdefault(digest, response.body.decode("utf-8", "replace"))
        etag, marked = response.headers.get("etag", ""), "warning" in response.headers
        status = response.status
        if status == 503 and "problem+json" not in response.headers.get("content-type", ""):
            status = 502  # the gateway's own word: nobody behind it said so
        self.answers.append((due, first, status, path, kept, etag, marked, digest))

    async def _exchange(self, path: str, response: Response, due: float) -> float:
        """Ask and take the whole answer; seconds to its first byte."""
        reader, writer = await self._connection()
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
            data = await _read(reader)
            first = time.monotonic() - due
            while not response.feed(data):
                data = await _read(reader)
        except BaseException:
            writer.close()
            raise
        if response.closes:
            writer.close()
        else:
            self._idle.append((reader, writer))
        return first

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        if len(self._open) > CONNECTIONS_MAX:
            raise ConnectionError
        return await asyncio.open_connection("127.0.0.1", self._port)


async def _read(reader: asyncio.StreamReader) -> bytes:
    """What has arrived. Raises ConnectionError at the end of the connection."""
    data = await reader.read(1 << 16)
    if not data:
        raise ConnectionError
    return data


async def _main(port: int, host: str, rate: float, number: int, file: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    # What is measured is less urgent than the measure (Makefile), where we may.
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, 0)
    prober = Prober(port, host, rate, number)
    await prober.run(stop)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps({"answers": prober.answers, "bodies": prober.bodies}))
    fresh.replace(file)


if __name__ == "__main__":
    gc.freeze()
    _port, _host, _rate, _number, _file = sys.argv[1:]
    asyncio.run(_main(int(_port), _host, float(_rate), int(_number), Path(_file)))
