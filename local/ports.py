"""Ports on this machine: free ones for tests, taken ones for a clear message."""

from __future__ import annotations

import errno
import socket
from contextlib import closing

from local.errors import PortTaken

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nothing listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(port: int, variable: str, what: str) -> None:
    """Raise PortTaken, which names the variable to change, when another program has the port."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PortTaken(
                    f"port {port} for {what} cannot be used ({error.strerror}): set {variable}"
                ) from None
            raise PortTaken(
                f"port {port} for {what} is taken by another program: choose another one,"
                f" for example `make run {variable}={port + 1000}`"
            ) from None
