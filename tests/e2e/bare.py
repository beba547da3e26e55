"""The least that can answer: every request gets the same bytes. What it takes is what the path takes."""

from __future__ import annotations

import asyncio
import sys

BODY = b"x" * int(sys.argv[1])
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (
    len(BODY),
    BODY,
)


class Bare(asyncio.Protocol):
    """One connection, kept open."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.held = transport, b""

    def data_received(self, data: bytes) -> None:
        self.held += data
        while b"\r\n\r\n" in self.held:
            _, _, self.held = self.held.partition(b"\r\n\r\n")
            self.transport.write(ANSWER)  # type: ignore[attr-defined]


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Bare, "0.0.0.0", 8080)  # noqa: S104 - a container's network
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
