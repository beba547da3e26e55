"""A stream on its way out, no faster than the caller takes it.

The server's own streams have a queue without a bound: a slow caller would have the
whole answer wait in memory. Its files have none: they are read as the caller takes
them. So a stream is given to it as the file that the reading end of a pipe is, and
what the pipe holds (64 KB) is all that waits.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import struct
import termios
from contextlib import aclosing, suppress
from typing import Any

from query.answers import ByteStream, Headers

# A caller that takes nothing for this long is gone.
TAKE_SECONDS_MAX = 30.0
OPEN_SECONDS_MAX = 5.0
_POLL_SECONDS = 0.002


async def send(protocol: Any, status: int, headers: Headers, stream: ByteStream, client: str) -> None:
    """Send a stream to the end, or cut the connection: what is broken off must not look whole."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        protocol.response_file(status, headers, f"/dev/fd/{reading}")
        async with aclosing(stream) as chunks:
            first = True
            async for chunk in chunks:
                await _write(writing, chunk)
                if first:
                    first = False
                    await _opened(reading)
                    reading = _closed(reading)  # from here on a caller that goes breaks the pipe
    except (BrokenPipeError, TimeoutError, asyncio.TimeoutError):
        _cut(client)  # nobody reads any more
    except BaseException:
        _cut(client)
        raise
    finally:
        _closed(reading)
        os.close(writing)


async def _write(writing: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        taken = _taken(writing, rest)
        rest = rest[taken:]
        if not taken:
            await _room(writing)


def _taken(writing: int, chunk: memoryview) -> int:
    """How many bytes the pipe takes at once."""
    try:
        return os.write(writing, chunk)
    except BlockingIOError:
        return 0


async def _room(writing: int) -> None:
    """Return once the pipe takes more. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    room = asyncio.Event()
    loop.add_writer(writing, room.set)
    try:
        await asyncio.wait_for(room.wait(), TAKE_SECONDS_MAX)
    finally:
        loop.remove_writer(writing)


async def _opened(reading: int) -> None:
    """Return once the server has taken something out of the pipe: it has opened its end by then."""
    loop = asyncio.get_running_loop()
    end, waiting = loop.time() + OPEN_SECONDS_MAX, _waiting(reading)
    while waiting and _waiting(reading) == waiting:
        if loop.time() > end:
            raise TimeoutError
        await asyncio.sleep(_POLL_SECONDS)


def _waiting(reading: int) -> int:
    """How many bytes are in the pipe."""
    found: int = struct.unpack("i", fcntl.ioctl(reading, termios.FIONREAD, b"\0" * 4))[0]
    return found


def _closed(descriptor: int) -> int:
    if descriptor >= 0:
        os.close(descriptor)
    return -1


def _cut(client: str) -> None:
    """Shut the caller's connection, found by its address among this process's sockets."""
    for name in os.listdir("/dev/fd"):
        # Not every descriptor is a socket, and not every socket has a peer.
        with suppress(OSError, ValueError, TypeError), socket.socket(fileno=os.dup(int(name))) as each:
            host, port = each.getpeername()[:2]
            if client in (f"{host}:{port}", f"[{host}]:{port}"):
                each.shutdown(socket.SHUT_RDWR)
