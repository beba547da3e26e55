"""One GET at a time, for readiness, agreement and ETags; never timed."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping

from tests.bench.response import Response


def get(port: int, path: str, headers: Mapping[str, str] | None = None, timeout_s: float = 10) -> Response:
    """The answer of a server on this machine; OSError or ValueError where there is none."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{lines}\r\n"
    response = Response(keep=True)
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as connection:
        connection.sendall(request.encode("ascii"))
        while data := connection.recv(1 << 18):
            if response.feed(data):
                return response
    raise ConnectionError("the answer broke off")


def wait_for(port: int, path: str, timeout_s: float, pause_s: float = 0.05) -> bool:
    """Whether a path answers 200 in time."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        try:
            if get(port, path, timeout_s=2).status == 200:
                return True
        except (OSError, ValueError):
            pass
        time.sleep(pause_s)
    return False
