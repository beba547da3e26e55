"""Pages that are watched while they are open: no error, no request that leaves the origin but for posters."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Route

POSTERS = "upload.wikimedia.org"
MS_MAX = 10_000
OpenPage = Callable[..., Page]


@dataclass
class Watched:
    """What pages did: the errors that they told of, the hosts that they asked."""

    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on(
            "console",
            lambda message: (
                self.errors.append(message.text) if message.type in ("error", "warning") else None
            ),
        )


@contextmanager
def opener(chromium: Browser, url: Callable[[], str]) -> Iterator[OpenPage]:
    """open_page(path, ...), whose pages are examined and closed at the end.

    width, height, scheme ("light" or "dark"): of the window. network: set up the
    context before the page loads. expects_errors: the page is meant to tell of
    answers that were not had (the browser tells of each of them itself).
    """
    contexts: list[tuple[BrowserContext, Watched, bool]] = []

    def open_page(
        path: str = "/",
        *,
        base: str | None = None,
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        network: Callable[[BrowserContext], None] | None = None,
        expects_errors: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            base_url=base or url(),
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(MS_MAX)
        watched = Watched()
        watched.watch(context)
        contexts.append((context, watched, expects_errors))
        context.route(f"https://{POSTERS}/**", _poster)
        if network is not None:
            network(context)
        page = context.new_page()
        page.goto(path)
        return page

    try:
        yield open_page
        for _, watched, expects_errors in contexts:
            assert expects_errors or watched.errors == [], watched.errors
            assert {host for host in watched.hosts if not host.startswith("127.0.0.1:")} <= {POSTERS}
    finally:
        for context, _, _ in contexts:
            context.close()


def _poster(route: Route) -> None:
    route.fulfill(body=_PNG, content_type="image/png")


def _png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\x2b\x6f\x6b" * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


_PNG = _png(20, 30)
