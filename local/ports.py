"""Ports on this machine: free ones for tests, taken ones for a clear message."""

from __future__ import annotations

import errno
import socket
from contextlib import closing, suppress
from random import SystemRandom

from local.errors import PortTaken

HOST = "127.0.0.1"
# Below those that Linux gives to outgoing connections (ip_local_port_range) and Kubernetes to services: one that
# was let go for a moment, because its server starts anew, is still there.
_PORTS = range(20_000, 30_000)
_ATTEMPTS_MAX = 100


def free_port() -> int:
    """A port that nothing listens on now. Raises PortTaken where a hundred are taken."""
    for port in SystemRandom().sample(_PORTS, _ATTEMPTS_MAX):
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise PortTaken(f"no free port was found from {_PORTS.start} to {_PORTS.stop}")


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
