"""`make audit`, for real, on a feed of our own that speaks OSV's protocol."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.ports import HOST, free_port
from local.settings import ROOT

ADVISORY = {"id": "MADE-UP-1", "affected": [{"package": {"name": "flask", "ecosystem": "PyPI"}}]}


class Feed(BaseHTTPRequestHandler):
    """Knows one advisory, about flask, where `server.knows` says so."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        known = self.server.knows and asked["package"]["name"] == "flask"  # type: ignore[attr-defined]
        body = json.dumps({"vulns": [ADVISORY]} if known else {}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def feed() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer((HOST, 0), Feed)
    server.knows = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join(10)
    server.server_close()


def audit(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local.audit"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "AUDIT_FEED_URL": f"http://{HOST}:{port}/v1/query"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_packages_without_an_advisory_pass(feed: ThreadingHTTPServer) -> None:
    done = audit(feed.server_port)
    assert (done.returncode, done.stderr) == (0, "")
    assert "packages, 0 vulnerabilities" in done.stdout


def test_a_package_with_an_advisory_is_named(feed: ThreadingHTTPServer) -> None:
    feed.knows = True  # type: ignore[attr-defined]
    done = audit(feed.server_port)
    assert done.returncode == 1
    assert "audit: flask 3" in done.stdout
    assert "MADE-UP-1" in done.stdout


def test_a_feed_that_is_away_is_no_clean_bill() -> None:
    done = audit(free_port())
    assert done.returncode == 75
    assert "NOT AUDITED" in done.stderr
