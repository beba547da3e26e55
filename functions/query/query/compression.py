"""Bodies in fewer bytes: gzip and zstd, in a thread where it would hold up the loop."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Mapping

import zstandard

# Below this a packet carries the body as it is.
BYTES_MIN = 1400
# Up to this it takes less than handing it to a thread.
INLINE_BYTES_MAX = 16 * 1024
GZIP_LEVEL, ZSTD_LEVEL = 5, 3


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)


PACKERS: Mapping[str, Callable[[bytes], bytes]] = {"gzip": _gzip, "zstd": _zstd}


async def compress(body: bytes, coding: str) -> bytes:
    """The body in a coding of negotiation.CODINGS."""
    pack = PACKERS[coding]
    return pack(body) if len(body) <= INLINE_BYTES_MAX else await asyncio.to_thread(pack, body)
