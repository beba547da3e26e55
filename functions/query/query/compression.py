"""Bodies in fewer bytes: gzip and zstd, in a thread where it would hold up the loop."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Mapping

import zstandard

from query.answers import Answer

# Below this a packet carries the body as it is.
BYTES_MIN = 1400
# Up to this it takes less than handing it to a thread.
INLINE_BYTES_MAX = 16 * 1024
GZIP_LEVEL, ZSTD_LEVEL = 5, 3


def _gzip_packer() -> zlib._Compress:
    return zlib.compressobj(GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)


def _zstd_packer() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL)


def _gzip(body: bytes) -> bytes:
    packer = _gzip_packer()
    return packer.compress(body) + packer.flush()


def _zstd(body: bytes) -> bytes:
    return _zstd_packer().compress(body)


PACKERS: Mapping[str, Callable[[bytes], bytes]] = {"gzip": _gzip, "zstd": _zstd}


class Packer:
    """A stream of chunks in a coding; every chunk goes out whole, nothing waits for the next one."""

    def __init__(self, coding: str) -> None:
        self._gzip = _gzip_packer() if coding == "gzip" else None
        self._zstd = _zstd_packer().compressobj() if coding == "zstd" else None

    async def pack(self, chunk: bytes) -> bytes:
        """The chunk as it goes out."""
        return await _off_the_loop(self._packed, chunk)

    def _packed(self, chunk: bytes) -> bytes:
        if self._gzip is not None:
            return self._gzip.compress(chunk) + self._gzip.flush(zlib.Z_SYNC_FLUSH)
        if self._zstd is not None:
            return self._zstd.compress(chunk) + self._zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        return chunk

    def end(self) -> bytes:
        """What stands behind the last chunk."""
        if self._gzip is not None:
            return self._gzip.flush()
        return self._zstd.flush() if self._zstd is not None else b""


async def compress(answer: Answer, coding: str) -> None:
    """Put the body into a coding of negotiation.CODINGS, "" for none, where that is worth it, and say so."""
    worth_it = bool(coding) and answer.status == 200 and len(answer.body) >= BYTES_MIN
    if worth_it:
        answer.body = await _off_the_loop(PACKERS[coding], answer.body)
    answer.vary(coding if worth_it else "")


async def _off_the_loop(pack: Callable[[bytes], bytes], data: bytes) -> bytes:
    """pack(data), in a thread where it would hold up the loop."""
    return pack(data) if len(data) <= INLINE_BYTES_MAX else await asyncio.to_thread(pack, data)
