"""What people look at: the explorer's files, read and compressed once, sent from memory.

Their addresses hold a hash of all of them, so that they may be kept for ever; the page itself is asked for anew
each time, by its ETag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from query.answers import Answer, Headers
from query.compression import BYTES_MIN, PACKERS
from query.errors import NoSuchRoute

FOLDER = Path(__file__).parent / "explorer"
PAGE = "index.html"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
KEPT: Headers = [("Cache-Control", "public, max-age=31536000, immutable")]
ASKED_ANEW: Headers = [("Cache-Control", "no-cache")]


class Site:
    """The page and its assets; picture_origins: where else posters may come from, as scheme://host."""

    def __init__(self, picture_origins: Sequence[str]) -> None:
        files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
        page = files.pop(PAGE)
        self.release = hashlib.sha256(page + b"".join(files.values())).hexdigest()[:12]
        modules = "\n  ".join(
            f'<link rel="modulepreload" href="/assets/{self.release}/{name}">'
            for name in files
            if name.endswith(".js") and name not in ("main.js", "theme.js")
        )
        for name, text in (
            ("release", self.release),
            ("modules", modules),
            ("picture_origins", " ".join(picture_origins)),
        ):
            page = page.replace(b"{{%b}}" % name.encode(), text.encode())
        self._page = _in_each_coding(PAGE, page, [*ASKED_ANEW, *_policy(picture_origins)])
        self._kept, self._renewed = (
            {name: _in_each_coding(name, body, headers) for name, body in files.items()}
            for headers in (KEPT, ASKED_ANEW)
        )

    def page(self, coding: str) -> Answer:
        """The page itself in a coding of negotiation.CODINGS, or "" for none."""
        return self._page[coding]

    def asset(self, path: str, coding: str) -> Answer:
        """The asset release/name; NoSuchRoute where there is none.

        While a new release comes up, the page of one may ask another for its assets: it gets what there is, and
        keeps nothing.
        """
        release, _, name = path.partition("/")
        assets = self._kept if release == self.release else self._renewed
        if name not in assets:
            raise NoSuchRoute("The page has no such file.")
        return assets[name][coding]


def _policy(picture_origins: Sequence[str]) -> Headers:
    """What the page may do: ask this service, show posters, and nothing else."""
    pictures = " ".join(("'self'", *picture_origins))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src {pictures}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return [("Content-Security-Policy", policy), ("Referrer-Policy", "same-origin")]


def _in_each_coding(name: str, body: bytes, headers: Headers) -> dict[str, Answer]:
    return {coding: _answer(name, body, coding, headers) for coding in ("", *PACKERS)}


def _answer(name: str, body: bytes, coding: str, headers: Headers) -> Answer:
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    answer = Answer(200, body, CONTENT_TYPES[Path(name).suffix], list(headers), etag=etag)
    worth_it = bool(coding) and len(body) >= BYTES_MIN
    if worth_it:
        answer.body = PACKERS[coding](body)
    answer.vary(coding if worth_it else "")
    return answer
