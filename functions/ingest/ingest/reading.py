"""The bytes of an object to text in pieces: hashed, unpacked, decoded, within the limits."""

from __future__ import annotations

import codecs
import hashlib
import time
import zlib
from collections.abc import Iterable, Iterator

from ingest.errors import FileRefused, StorageAway
from ingest.settings import MIB, Settings

GZIP_MAGIC = b"\x1f\x8b"
PIECE_BYTES = 256 * 1024


class Reading:
    """One pass over an object's bytes; `sha256` and `size_bytes` are whole when the pieces have been read."""

    def __init__(self, chunks: Iterable[bytes], limits: Settings) -> None:
        self._chunks = chunks
        self._limits = limits
        self._hash = hashlib.sha256()
        self._deadline = time.monotonic() + limits.object_ms_max / 1000
        self.size_bytes = 0

    @property
    def sha256(self) -> bytes:
        """Of the object as it lies in the bucket, packed or not."""
        return self._hash.digest()

    def pieces(self) -> Iterator[str]:
        """The text in pieces of bounded size; raises FileRefused, StorageAway."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        done_bytes = 0
        for data in self._unpacked():
            waiting = len(decoder.getstate()[0])
            text = _decoded(decoder, data, done_bytes - waiting)
            done_bytes += len(data)
            if text:
                yield text
        _decoded(decoder, b"", done_bytes - len(decoder.getstate()[0]), final=True)

    def _raw(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if time.monotonic() > self._deadline:
                raise StorageAway(f"The object did not arrive within {self._limits.object_ms_max} ms.")
            self.size_bytes += len(chunk)
            if self.size_bytes > self._limits.object_bytes_max:
                raise FileRefused(f"the object has more than {self._limits.object_bytes_max} bytes")
            self._hash.update(chunk)
            yield chunk

    def _unpacked(self) -> Iterator[bytes]:
        raw = self._raw()
        head = b""
        for chunk in raw:
            head += chunk
            if len(head) >= len(GZIP_MAGIC):
                break
        if head.startswith(GZIP_MAGIC):
            yield from self._gunzipped(head, raw)
        else:
            if head:
                yield head
            yield from raw

    def _gunzipped(self, head: bytes, raw: Iterator[bytes]) -> Iterator[bytes]:
        """Unpack one gzip member after another."""
        total = 0
        member = zlib.decompressobj(wbits=31)
        packed = head
        while True:
            if member.eof and packed:
                if not GZIP_MAGIC.startswith(packed[:2]):
                    raise FileRefused("something that is not gzip follows the packed data")
                member = zlib.decompressobj(wbits=31)
            try:
                data = member.decompress(packed, PIECE_BYTES)
            except zlib.error:
                raise FileRefused(
                    f"the gzip data is damaged (near byte {self.size_bytes} of the object)"
                ) from None
            total += len(data)
            self._bound(total)
            if data:
                yield data
            packed = member.unused_data if member.eof else member.unconsumed_tail
            if not packed and not (data and not member.eof):
                following = next(raw, None)
                if following is None:
                    break
                packed = following
        if not member.eof:
            raise FileRefused(f"the gzip data is cut off (at byte {self.size_bytes} of the object)")

    def _bound(self, total: int) -> None:
        if total > self._limits.decompressed_bytes_max:
            raise FileRefused(f"the file unpacks to more than {self._limits.decompressed_bytes_max} bytes")
        if total > MIB and total > self._limits.ratio_max * self.size_bytes:
            raise FileRefused(f"the file unpacks to more than {self._limits.ratio_max} times its size")


def _decoded(decoder: codecs.IncrementalDecoder, data: bytes, offset: int, final: bool = False) -> str:
    try:
        return decoder.decode(data, final)
    except UnicodeDecodeError as error:
        raise FileRefused(f"the file is not UTF-8 (byte {offset + error.start})") from None
