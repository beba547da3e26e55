"""An S3 for measurements: moto would take more time than ingest, and hold a large file in memory beside it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copyfileobj

CHUNK_BYTES = 1 << 20
MODIFIED = formatdate(1_770_000_000, usegmt=True)


def small(key: str) -> bytes:
    """What a key without a file holds: one movie of its own."""
    title = f"Film of {key}"
    return json.dumps([{"title": title, "year": 1999, "cast": [f"Actor {key}", "Everybody"]}]).encode()


def etag_of(key: str) -> str:
    """What S3 would call that."""
    return hashlib.md5(small(key), usedforsecurity=False).hexdigest()


@contextmanager
def serving(large: Path | None = None) -> Iterator[str]:
    """Answers HEAD and GET: under its own name the large file, under any other key a small one; the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            key = self.path.rpartition("/")[2].partition("?")[0]
            self.is_large = large is not None and key == large.name
            self.body = b"" if self.is_large else small(key)
            size = large.stat().st_size if large and self.is_large else len(self.body)
            self.send_response(200)
            self.send_header("ETag", f'"{etag_of(key)}"')
            self.send_header("Last-Modified", MODIFIED)
            self.send_header("Content-Length", str(size))
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            if large and self.is_large:
                with large.open("rb") as file:
                    copyfileobj(file, self.wfile, CHUNK_BYTES)
            else:
                self.wfile.write(self.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
