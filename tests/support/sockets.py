"""Bytes to a server as they are: what no HTTP library would send."""

from __future__ import annotations

import socket
from contextlib import closing


def talk(place: tuple[str, int], sent: bytes, timeout_s: float = 5) -> bytes:
    """What comes back until the server ends the connection, or `<still open>` after `timeout_s` seconds of nothing.

    A server may refuse before it has read all, and reset what it ends: what came before that counts.
    """
    with closing(socket.create_connection(place, timeout_s)) as connection:
        received = b""
        try:
            connection.sendall(sent)
            while more := connection.recv(65536):
                received += more
        except TimeoutError:
            received += b"<still open>"
        except ConnectionError:
            pass
        return received
