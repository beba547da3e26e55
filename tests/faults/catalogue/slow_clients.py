"""Five hundred callers who send or take slowly: heads that never end, bodies that never come, answers not taken."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import requests

from tests.faults.fault import Fault
from tests.faults.system import System

CLIENTS = 500
CUT_S_MAX = 10.0 + 1.5  # the server looks twice a second
OTHERS_MAX = 100  # connections of the gateway, whose callers are served meanwhile
HEAD = b"GET /movies?limit=1000 HTTP/1.1\r\nHost: query\r\n"
KINDS = (HEAD, HEAD + b"Content-Length: 30000\r\n\r\n", (HEAD + b"\r\n") * 30)


def hold(system: System) -> None:
    """Connect straight to one process: a gateway before it would make its life easier."""
    address = urlsplit(system.queries[0].url)
    with ExitStack() as opened:
        clients = [opened.enter_context(socket.socket()) for _ in range(CLIENTS)]
        for number, client in enumerate(clients):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect((address.hostname, address.port))
            client.sendall(KINDS[number % len(KINDS)])
            client.setblocking(False)
        end = time.monotonic() + CUT_S_MAX
        while time.monotonic() < end:
            for number, client in enumerate(clients):
                if number % len(KINDS) < 2:  # the others have sent all that they will
                    with contextlib.suppress(OSError):
                        client.send(b"X")
            time.sleep(1)
        text = requests.get(f"{system.queries[0].url}/metrics", timeout=5).text
    connections = float(re.findall(r"^query_connections (\S+)", text, re.MULTILINE)[0])
    if connections > OTHERS_MAX:
        system.found.append(f"{connections:.0f} connections are left after {CUT_S_MAX} s")


FAULT = Fault(
    name="slow_clients",
    title="500 slow clients (head, body, reading)",
    expected="others unharmed, sockets cut within 10 s",
    break_=hold,
)
