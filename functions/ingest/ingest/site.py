"""The ledger as a page for uploaders: its files, read once and sent from memory, asked for anew by their ETag."""

from __future__ import annotations

import html
from pathlib import Path

import flask

from ingest.errors import NotFound
from ingest.service import service

blueprint = flask.Blueprint("site", __name__)
FOLDER = Path(__file__).parent / "page"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# What comes from here, and nothing else; no markup is made of text.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_FILES = {path.name: path.read_bytes() for path in FOLDER.iterdir()}


@blueprint.get("/")
def ledger_page() -> flask.Response:
    """The page; what it shows stands in its query string, which is the page's own."""
    settings = service().settings
    values = {"bucket": settings.bucket, "replay": "on" if settings.token else "off"}
    body = _FILES["index.html"]
    for name, text in values.items():
        body = body.replace(b"{{%b}}" % name.encode(), html.escape(text).encode())
    response = _answer("index.html", body)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("/assets/<name>")
def asset(name: str) -> flask.Response:
    """A file that the page names."""
    if name not in _FILES:
        raise NotFound("The page has no such file.")
    return _answer(name, _FILES[name])


def _answer(name: str, body: bytes) -> flask.Response:
    response = flask.Response(body, content_type=CONTENT_TYPES[Path(name).suffix])
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(flask.request)
    return response
