"""Just enough of HTTP/1.1 to know where an answer ends."""

from __future__ import annotations

_HEAD_BYTES_MAX = 64 * 1024


class Response:
    """Fed with bytes until it is whole; the body is counted, or kept if asked for."""

    def __init__(self, *, keep: bool = False) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self._keep = keep
        self._buffer = b""
        self._left: int | None = None  # bytes of the body, or of the chunk and its end, still to come
        self._chunked = False
        self._ended = False  # the last chunk has begun

    @property
    def closes(self) -> bool:
        """Whether the server ends the connection after this answer."""
        return self.headers.get("connection", "").lower() == "close"

    def feed(self, data: bytes) -> bool:
        """Take what arrived; whether the answer is whole. Raises ValueError for what is no HTTP."""
        self._buffer += data
        if not self.status and not self._head():
            return False
        return self._chunks() if self._chunked else self._plain()

    def _head(self) -> bool:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            if len(head) > _HEAD_BYTES_MAX:
                raise ValueError("the head of the answer has no end")
            return False
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(first.split(" ", 2)[1])
        for line in lines:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        self._buffer = rest
        self._chunked = "chunked" in self.headers.get("transfer-encoding", "")
        bodiless = self.status in (204, 304)
        self._left = 0 if bodiless else int(self.headers.get("content-length", 0))
        self._chunked = self._chunked and not bodiless
        return True

    def _plain(self) -> bool:
        assert self._left is not None
        self._take(min(self._left, len(self._buffer)))
        return self._left == 0

    def _take(self, count: int) -> None:
        assert self._left is not None
        if self._keep:
            self.body += self._buffer[:count]
        self._buffer = self._buffer[count:]
        self._left -= count

    def _chunks(self) -> bool:
        assert self._left is not None
        while True:
            if self._left > 2:
                self._take(min(self._left - 2, len(self._buffer)))
            if self._left > 2 or len(self._buffer) < self._left:
                return False
            self._buffer, self._left = self._buffer[self._left :], 0  # past the line end after a chunk
            if self._ended:
                return True
            size, end, rest = self._buffer.partition(b"\r\n")
            if not end:
                return False
            length = int(size.split(b";")[0], 16)
            self._buffer, self._left, self._ended = rest, length + 2, length == 0
