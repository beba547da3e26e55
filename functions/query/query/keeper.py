"""Keeps a pod's place while its server is started again.

Until Kubernetes has seen that a container has ended, for half a second and more, requests
still come; nobody takes them, queue-proxy answers 502, and no gateway tries again. So in a pod
the process that was started only holds the socket, where callers wait, and a child of it serves:
when a signal kills that one (a fault in a library), the next serves a moment later. A signal that
ends all processes of the container (too little memory) leaves the pod's other container, the spare:
it holds the same socket (handover.py), and has a child that serves while the first one is away.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import sys
import time
from collections import deque
from types import FrameType

from query.handover import First, Spare

log = logging.getLogger(__name__)

ENDING = (signal.SIGTERM, signal.SIGINT)
# More than so many in so many seconds are for Kubernetes to see, which waits longer each time.
KILLED_MAX, KILLED_SECONDS = 5, 60.0
SHARE_SECONDS = 0.5  # between two looks at whether the spare has the socket


class Child:
    """What serves: forked from this process, and told to end when this one is."""

    def __init__(self) -> None:
        self.descriptors: list[int] = []  # of a child that runs: readable when it has ended
        self.ends = False  # this process was told to
        self._number = 0
        self._listening: socket.socket | None = None
        for number in ENDING:
            signal.signal(number, self._on_signal)

    def start(self, listening: socket.socket) -> bool:
        """Whether this is the child."""
        alive, held = os.pipe()  # the child holds its end until it ends, however it does
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # until there is a child to pass them on to
        self._listening = listening
        self._number = os.fork()
        if self._number:
            os.close(held)
            self.descriptors = [alive]
        else:
            os.close(alive)
            for number in ENDING:
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        return not self._number

    def tell(self, number: int) -> None:
        """Pass on a signal, if it runs."""
        with contextlib.suppress(ProcessLookupError):
            if self._number:
                os.kill(self._number, number)

    def end(self) -> int | None:
        """Its exit code, once, when it has ended; as `waitstatus_to_exitcode` has it."""
        if not select.select(self.descriptors, [], [], 0)[0]:
            return None
        code = os.waitstatus_to_exitcode(os.waitpid(self._number, 0)[1])
        os.close(self.descriptors.pop())
        self._number = 0
        return code

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if not self._number:
            sys.exit()
        self.ends = True
        if self._listening:
            self._listening.close()  # the child holds it for as long as it answers; then callers go elsewhere
        self.tell(number)


def keep(listening: socket.socket, spare: Spare) -> None:
    """Return in a child that is to serve, and in another one when a signal has killed that.

    Here it never returns: it passes on what tells it to end, and ends as the server did.
    """
    child = Child()
    killed: deque[float] = deque(maxlen=KILLED_MAX)
    while True:
        if child.start(listening):
            return spare.close()
        while (code := child.end()) is None:
            if not child.ends:
                spare.share(listening)
            select.select(child.descriptors, [], [], SHARE_SECONDS)
        now = time.monotonic()
        if code >= 0 or child.ends:
            _exit(code)
        if len(killed) == KILLED_MAX and now - killed[0] < KILLED_SECONDS:
            log.error("the server was killed by signal %d, once too often", -code)
            _exit(code)
        log.error("the server was killed by signal %d and is started again", -code)
        killed.append(now)


def stand_by(first: First) -> socket.socket:
    """Return the socket in a child that is to serve, each time when the pod's first container is away.

    When that one is back, the child drains, and answers meanwhile. Here it never returns.
    """
    child = Child()
    told = False
    while True:
        first.wait(child.descriptors)
        code = child.end()
        if code is not None and (child.ends or not told):
            _exit(code)
        if child.descriptors and not first.is_away and not told:
            told = True
            child.tell(signal.SIGTERM)
        if not child.descriptors and first.is_away and (listening := first.listening):
            log.error("the first container is away, and the spare one serves")
            told = False
            if child.start(listening):
                first.close()
                return listening


def _exit(code: int) -> None:
    sys.exit(128 - code if code < 0 else code)
