"""Keeps a pod's place while its server is started again.

Until Kubernetes has seen that a container has ended, for half a second and more, requests
still come; nobody takes them, queue-proxy answers 502, and no gateway tries again. So in a pod
the process that was started only holds the socket, where callers wait, and a child of it serves:
when a signal kills that one (a fault in a library, too little memory), the next serves a moment later.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import time
from collections import deque
from types import FrameType

log = logging.getLogger(__name__)

ENDING = (signal.SIGTERM, signal.SIGINT)
# More than so many in so many seconds are for Kubernetes to see, which waits longer each time.
KILLED_MAX, KILLED_SECONDS = 5, 60.0


def keep(listening: socket.socket) -> None:
    """Return in a child that is to serve, and in another one when a signal has killed that.

    Here it never returns: it passes on what tells it to end, and ends as the server did.
    """
    ends = False
    server = 0
    killed: deque[float] = deque(maxlen=KILLED_MAX)

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal ends
        ends = True
        listening.close()  # the server holds it for as long as it answers; then callers go elsewhere
        with contextlib.suppress(ProcessLookupError):
            os.kill(server, number)

    while True:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # until there is a server to pass them on to
        if ends:
            break
        server = os.fork()
        for number in ENDING:
            signal.signal(number, end if server else signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        if not server:
            return
        code = os.waitstatus_to_exitcode(os.waitpid(server, 0)[1])
        now = time.monotonic()
        if code >= 0:
            sys.exit(code)
        if len(killed) == KILLED_MAX and now - killed[0] < KILLED_SECONDS:
            log.error("the server was killed by signal %d, once too often", -code)
            break
        log.error("the server was killed by signal %d and is started again", -code)
        killed.append(now)
    sys.exit(128 + signal.SIGTERM if ends else 128 - code)
