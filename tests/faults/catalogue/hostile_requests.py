"""Requests that nobody means well with: each is refused at once, tells nothing, and costs nothing that stays."""

from __future__ import annotations

import socket
import time
from urllib.parse import quote, unquote, urlsplit

from tests.bench.response import Response
from tests.faults.fault import Fault
from tests.faults.system import System
from tests.support.memory import resident_bytes

MEBIBYTE = 1 << 20
ROUNDS = 20
ANSWER_S_MAX = 0.1
GROWTH_BYTES_MAX = 16 * MEBIBYTE
INJECTIONS = (
    "' OR '1'='1", "'; DROP TABLE movies; --", "1 UNION SELECT passwd FROM pg_shadow", "x' AND pg_sleep(5)--",
    "$$;COPY movies TO PROGRAM 'id'$$", "\\'; SELECT 1", "%27%20OR%201=1", "1;SELECT pg_read_file('/etc/passwd')",
    "' || (SELECT version()) || '", "{{7*7}}", "${jndi:ldap://x}", "<script>alert(1)</script>", "\u0000", "\u202e'\"",
)  # fmt: skip
PATHS = (
    "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/movies/..%2f..%2fetc%2fpasswd", "//etc/passwd", "/movies//",
    "/.git/config", "/.env", "/movies/%00", "/movies/%ff%fe", "/movies/year/%c0%ae", "/movies/%0d%0aX-Evil:%201",
    "/health/../metrics/..", "/movies/year/2015;x=1", "/movies?year=2015%00", "/movies?q=%ff", "/movies?year=%0d%0aSet-Cookie:a=b",
)  # fmt: skip
GIVEN_AWAY = (
    "select ",
    "psycopg",
    "postgresql://",
    "traceback",
    "/root/",
    ".py",
    "pg_",
    "syntax error",
    "root:x:",
)


def get(path: str, *more: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: query", *more, "", "")).encode()


def corpus() -> list[tuple[bytes, range]]:
    """What is sent, and the statuses that are an answer to it."""
    refused, ok = range(400, 500), range(200, 500)
    made = [
        (get("/movies?q=" + "a" * MEBIBYTE), refused),
        (get("/movies", *(f"X-{number}: 1" for number in range(500))), refused),
        (get("/movies", "X-Large: " + "a" * MEBIBYTE), refused),
        (get("/movies", "Content-Length: 100000") + b"x" * 100_000, refused),
        (get("/movies", "Content-Length: -1"), refused),
        (get("/movies", "Content-Length: 1", "Transfer-Encoding: chunked") + b"0\r\n\r\n", refused),
        (get("/movies", "Transfer-Encoding: chunked") + b"zz\r\n", refused),
        (get("/movies?limit=1", "X-Split: a\rSet-Cookie: b=c"), refused),
        (b"GET /movies HTTP/9.9\r\nHost: query\r\n\r\n", refused),
        (b"GET /movies HTTP/1.1\r\n\r\n", refused),
        (b"\x16\x03\x01\x02\x00\x01\x00" + b"\x00" * 200 + b"\r\n\r\n", refused),
        (b"TRACE / HTTP/1.1\r\nHost: query\r\n\r\n", refused),
        (b"POST /movies HTTP/1.1\r\nHost: query\r\nContent-Length: 2\r\n\r\n{}", refused),
        (get("/movies?limit=1&limit=2"), refused),
        (get("/movies?cursor=" + "A" * 4000), refused),
        *((get(path), refused) for path in PATHS),
    ]
    # A name may hold anything: none has these, which is no mistake of the caller's.
    for text in INJECTIONS:
        made += [(get(f"/movies?name={quote(text)}"), ok), (get(f"/movies?q={quote(text)}"), ok)]
        made += [
            (get(f"/movies?{place}={quote(text)}"), refused)
            for place in ("year", "sort", "limit", "cursor", "fields")
        ]
        made += [
            (get(f"/movies/{quote(text, safe='')}"), refused),
            (get(f"/movies/year/{quote(text, safe='')}"), refused),
        ]
    return made


def send(url: str, sent: bytes) -> tuple[int, str, float]:
    """Status (0: cut without a word), head and body, seconds."""
    address, response = urlsplit(url), Response(keep=True)
    begun = time.monotonic()
    try:
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=5) as client:
            client.sendall(sent)
            while not response.feed(client.recv(1 << 16) or b"\r\n\r\n"):
                pass
    except (OSError, ValueError):
        pass
    text = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    return response.status, text + response.body.decode("utf-8", "replace"), time.monotonic() - begun


def given_away(sent: bytes, text: str) -> list[str]:
    """Words in an answer that tell of what is inside, and were not in the question."""
    head, _, _ = text.lower().partition("{")
    asked = unquote(sent.decode("latin-1")).lower()
    words = [word for word in GIVEN_AWAY if word in text.lower() and word not in asked]
    return words + [word for word in ("set-cookie", "x-evil") if word in head]


def attack(system: System) -> None:
    query, found = system.queries[0], set()
    asked, before = corpus(), 0
    for number in range(ROUNDS):
        for sent, statuses in asked:
            status, text, seconds = send(query.url, sent)
            shown = repr(sent[:70])
            if status not in statuses:
                found.add(f"{status} to {shown}")
            found |= {f"{word!r} in the answer to {shown}" for word in given_away(sent, text)}
            if seconds > ANSWER_S_MAX:
                system.late.append(f"{seconds * 1000:.0f} ms for {shown}")
        if number == 1:
            before = resident_bytes(query.process.pid)
    growth = resident_bytes(query.process.pid) - before
    if growth > GROWTH_BYTES_MAX:
        found.add(f"{growth / MEBIBYTE:.0f} MiB more memory after {(ROUNDS - 2) * len(asked)} requests")
    system.found += sorted(found)


FAULT = Fault(
    name="hostile_requests",
    title="hostile requests",
    expected="4xx within 100 ms, memory flat, no 5xx, nothing given away",
    break_=attack,
)
