"""What people look at: the explorer and the API reference, read once, compressed once, sent from memory.

The addresses of their files hold a hash of all of them, so that they may be kept for ever; the pages themselves are
asked for anew each time, by their ETag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import distribution
from pathlib import Path

from query.answers import Answer, Headers
from query.compression import compress
from query.errors import NoSuchRoute

HERE = Path(__file__).parent
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Modules that others ask for can be on their way at once; these two the page names itself.
SCRIPTS = ("main.js", "theme.js")
KEPT: Headers = [("Cache-Control", "public, max-age=31536000, immutable")]
ASKED_ANEW: Headers = [("Cache-Control", "no-cache")]
# Neither page may be put into another's frame, send a form elsewhere or run code that does not come from here.
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
# Swagger UI sets styles as text and has its signs as data: addresses.
POLICY_OF_REFERENCE = f"{POLICY}; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


class Site:
    """The pages and their files; picture_origins: where else posters may come from, as scheme://host."""

    def __init__(self, picture_origins: Sequence[str]) -> None:
        explorer, reference = _files(HERE / "explorer"), _files(HERE / "reference")
        pages = {"getExplorer": explorer.pop("index.html"), "getReference": reference.pop("index.html")}
        self._files = explorer | reference | _swagger_ui()
        self.release = hashlib.sha256(b"".join(self._files.values())).hexdigest()[:12]
        values = {
            "release": self.release,
            "modules": "\n  ".join(
                self._preload(name) for name in explorer if name.endswith(".js") and name not in SCRIPTS
            ),
            "picture_origins": " ".join(picture_origins),
        }
        policies = {"getExplorer": _policy_of_explorer(picture_origins), "getReference": POLICY_OF_REFERENCE}
        self._pages = {
            operation: (
                _filled(page, values),
                [
                    *ASKED_ANEW,
                    ("Content-Security-Policy", policies[operation]),
                    ("Referrer-Policy", "same-origin"),
                ],
            )
            for operation, page in pages.items()
        }
        self._answers: dict[tuple[str, str, bool], Answer] = {}

    def has(self, operation: str) -> bool:
        """Whether an operation of the contract is a page of these."""
        return operation in self._pages

    async def page(self, operation: str, coding: str) -> Answer:
        """A page in a coding of negotiation.CODINGS, or "" for none."""
        body, headers = self._pages[operation]
        return await self._answer(operation, ".html", body, coding, headers)

    async def asset(self, path: str, coding: str) -> Answer:
        """The file release/name; NoSuchRoute where there is none.

        While a new release comes up, the page of one may ask another for its files: it gets what there is, and
        keeps nothing.
        """
        release, _, name = path.partition("/")
        if name not in self._files:
            raise NoSuchRoute("The page has no such file.")
        headers = KEPT if release == self.release else ASKED_ANEW
        return await self._answer(name, Path(name).suffix, self._files[name], coding, headers)

    def _preload(self, name: str) -> str:
        return f'<link rel="modulepreload" href="/assets/{self.release}/{name}">'

    async def _answer(self, name: str, suffix: str, body: bytes, coding: str, headers: Headers) -> Answer:
        """Made when it is first asked for: the larger files take a start longer than it may be."""
        key = (name, coding, headers is KEPT)
        if key not in self._answers:
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            answer = Answer(200, body, CONTENT_TYPES[suffix], list(headers), etag=etag)
            await compress(answer, coding)
            self._answers[key] = answer
        return self._answers[key]


def _policy_of_explorer(picture_origins: Sequence[str]) -> str:
    """Ask this service, show posters, make no markup of text."""
    pictures = " ".join(("'self'", *picture_origins))
    return f"{POLICY}; style-src 'self'; img-src {pictures}; require-trusted-types-for 'script'; trusted-types 'none'"


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _swagger_ui() -> dict[str, bytes]:
    """Its files out of the package that carries them, without the code beside them."""
    package = distribution("flask-swagger-ui")
    return {
        name: Path(str(package.locate_file(f"flask_swagger_ui/dist/{name}"))).read_bytes()
        for name in ("swagger-ui-bundle.js", "swagger-ui.css")
    }


def _filled(page: bytes, values: Mapping[str, str]) -> bytes:
    for name, text in values.items():
        page = page.replace(b"{{%b}}" % name.encode(), text.encode())
    return page
