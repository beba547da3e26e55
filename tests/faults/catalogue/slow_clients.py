"""Five hundred callers who send or take slowly: heads that never end, bodies that never come, answers not taken."""

from __future__ import annotations

import selectors
import socket
import time
from urllib.parse import urlsplit

from tests.faults.fault import Fault
from tests.faults.system import System

CLIENTS = 500
CUT_S_MAX = 10.0 + 1.0  # the server looks twice a second
HEAD = b"GET /movies?limit=1000 HTTP/1.1\r\nHost: query\r\n"
KINDS = (HEAD, HEAD + b"Content-Length: 30000\r\n\r\n", (HEAD + b"\r\n") * 30)


def hold(system: System) -> None:
    """Connect straight to one process: a gateway before it would be an easier life. Each sends a byte a second."""
    address = urlsplit(system.queries[0].url)
    watch = selectors.DefaultSelector()
    for number in range(CLIENTS):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.connect((address.hostname, address.port))
        kind = number % len(KINDS)
        client.sendall(KINDS[kind])
        client.setblocking(False)
        watch.register(client, selectors.EVENT_READ, kind)
    end = time.monotonic() + CUT_S_MAX
    while watch.get_map() and time.monotonic() < end:
        for key in list(watch.get_map().values()):
            if is_cut(key.fileobj, key.data):
                watch.unregister(key.fileobj)
                key.fileobj.close()
        time.sleep(0.5)
    if watch.get_map():
        system.found.append(f"{len(watch.get_map())} of {CLIENTS} slow clients are still connected")
    for key in list(watch.get_map().values()):
        key.fileobj.close()
    watch.close()


def is_cut(client: object, kind: int) -> bool:
    """Send one more byte where that is what is slow; whether the server has ended the connection."""
    assert isinstance(client, socket.socket)
    try:
        if kind != len(KINDS) - 1:
            client.send(b"X")
            return client.recv(4096) == b""
        return bool(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
    except BlockingIOError:
        return False
    except OSError:
        return True


FAULT = Fault(
    name="slow_clients",
    title="500 slow clients (head, body, reading)",
    expected="others unharmed, sockets cut within 10 s",
    break_=hold,
)
