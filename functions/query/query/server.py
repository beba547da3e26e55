"""The production server: accepts connections, cuts those past their deadline, drains before it ends."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from email.utils import formatdate

from query.application import Application
from query.connection import TAKE_SECONDS_MAX, Connection
from query.settings import Settings

log = logging.getLogger(__name__)

SWEEP_SECONDS = 0.5
BACKLOG = 1024
# After the drain, for requests that are under way.
FINISH_SECONDS_MAX = 5


class Server:
    """One for each process; `run` returns when a signal has ended it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.application = Application(settings)
        self.connections: set[Connection] = set()
        self.application.service.metrics.connections = self.connections
        self.draining = False
        self.date = b""
        self._stop = asyncio.Event()

    async def run(self, listening: socket.socket) -> None:
        """Serve who connects there, until SIGTERM or SIGINT."""
        self.loop = asyncio.get_running_loop()
        self._sweep()
        await self.application.start()
        # To look for cycles stops the loop for a microsecond an object, and where memory is full the
        # collector finds hundreds of thousands to look at. Requests leave none (test_garbage.py).
        gc.collect()
        gc.disable()
        accepting = await self.loop.create_server(self._accept, sock=listening, backlog=BACKLOG)
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self._on_signal)
        sweeper = asyncio.create_task(self._sweep_on())
        log.info("listening on %s:%d", self._settings.host, self._settings.port)
        await self._stop.wait()
        await self._drain()
        accepting.close()
        await self._finish()
        sweeper.cancel()
        await self.application.close()

    def _accept(self) -> Connection:
        return Connection(self)

    def _on_signal(self) -> None:
        if self._stop.is_set():
            raise SystemExit(1)  # asked twice
        self._stop.set()

    async def _drain(self) -> None:
        """Callers still come for a while after a pod is told to end: each is answered and told to go elsewhere."""
        self.draining = True
        log.info("draining")
        await asyncio.sleep(self._settings.drain_ms / 1000)

    async def _finish(self) -> None:
        """Let requests that are under way come to their end."""
        end = self.loop.time() + FINISH_SECONDS_MAX
        while self.connections and self.loop.time() < end:
            for connection in list(self.connections):
                if connection.is_idle:
                    connection.cut()
            await asyncio.sleep(0.02)
        for connection in list(self.connections):
            connection.cut()

    async def _sweep_on(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self._sweep()

    def _sweep(self) -> None:
        now = self.loop.time()
        self.date = f"date: {formatdate(usegmt=True)}\r\n\r\n".encode("ascii")
        for connection in list(self.connections):
            if connection.deadline is not None and connection.deadline < now:
                connection.cut()
        excess = len(self.connections) - self._settings.clients_max
        if excess > 0:
            idle = [each for each in self.connections if each.is_idle]
            for connection in idle[:excess]:
                connection.cut()


def listen(host: str, port: int) -> socket.socket:
    """The socket that callers connect to. Raises OSError where the port cannot be had.

    The system ends the connections of callers that take nothing of what it keeps for them: it
    keeps megabytes, which the deadlines of a connection know nothing of, for written is written,
    whether it was taken or not. Connections inherit this of the socket that listens.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TAKE_SECONDS_MAX * 1000)
    return listening
