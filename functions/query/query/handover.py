"""The socket of a pod's two containers: whichever begins later has it from the other.

They share the pod's network and no more, so they meet at a name in it (an abstract Unix socket,
no file), and the kernel hands the socket over (SCM_RIGHTS). The spare waits there; the first
container comes when it begins, and again whenever the spare has begun anew. The connection stays:
when it is closed, the other one has ended, and the kernel says so before Kubernetes can know.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
from collections.abc import Iterable

log = logging.getLogger(__name__)

ANSWER_SECONDS_MAX = 1.0
# One byte each way: the spare says whether it has the socket, and gets it if not.
HAS, LACKS = b"+", b"-"


class Spare:
    """The spare container, as the first one sees it; there may be none."""

    def __init__(self, port: int) -> None:
        self._name = _name(port)
        self._connection: socket.socket | None = None
        self._lacks = False

    def take(self) -> socket.socket | None:
        """The socket that it holds, where there is a spare and it has held one since before."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(ANSWER_SECONDS_MAX)
        try:
            connection.connect(self._name)
            said, held, _, _ = socket.recv_fds(connection, 1, 1)
        except OSError:
            connection.close()
            return None
        self._connection, self._lacks = connection, said == LACKS
        return socket.socket(fileno=held[0]) if held else None

    def share(self, listening: socket.socket) -> None:
        """See to it that the spare has the socket, if there is one."""
        if self._connection and _is_closed(self._connection):
            self.close()
        if not self._connection and (same := self.take()):
            same.close()
        if self._connection and self._lacks:
            with contextlib.suppress(OSError):  # it has ended, and is found to be closed the next time
                socket.send_fds(self._connection, [HAS], [listening.fileno()])
            self._lacks = False
            log.info("the spare container has the socket")

    def close(self) -> None:
        """In this process."""
        if self._connection:
            self._connection.close()
        self._connection = None


class First:
    """The first container, as the spare sees it. Raises OSError where there is another spare."""

    def __init__(self, port: int) -> None:
        self.listening: socket.socket | None = None
        self._meeting = socket.socket(socket.AF_UNIX)
        self._meeting.bind(_name(port))
        self._meeting.listen()
        self._connection: socket.socket | None = None

    @property
    def is_away(self) -> bool:
        """Whether it has not come, or has ended since."""
        return self._connection is None

    def wait(self, others: Iterable[int]) -> None:
        """Return when it has come or ended, or when one of `others` can be read."""
        sockets = [self._meeting, *([self._connection] if self._connection else [])]
        ready = select.select([*(each.fileno() for each in sockets), *others], [], [])[0]
        if self._meeting.fileno() in ready:
            self._welcome()
        elif self._connection and self._connection.fileno() in ready:
            self._hear(self._connection)

    def close(self) -> None:
        """In this process."""
        self._meeting.close()
        if self._connection:
            self._connection.close()

    def _welcome(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection, _ = self._meeting.accept()
        with contextlib.suppress(OSError):  # it has ended, which is heard next
            if self.listening:
                socket.send_fds(self._connection, [HAS], [self.listening.fileno()])
            else:
                self._connection.send(LACKS)

    def _hear(self, connection: socket.socket) -> None:
        try:
            said, held, _, _ = socket.recv_fds(connection, 1, 1)
        except OSError:
            said, held = b"", []
        if held:
            self.listening = socket.socket(fileno=held[0])
        elif not said:
            connection.close()
            self._connection = None


def _name(port: int) -> str:
    return f"\0movie-data-query:{port}"


def _is_closed(connection: socket.socket) -> bool:
    """By the other side, which sends nothing else after its first byte."""
    return bool(select.select([connection], [], [], 0)[0])
