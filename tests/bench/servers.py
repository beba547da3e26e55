"""The servers of a bench: how each is started, and how it spells a request. One worker process each."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench import environment
from tests.bench.data import Stack
from tests.bench.peers import datasette
from tests.bench.settings import ROOT, Settings
from tests.bench.workloads import Request

Command = list[str | Path]
ALL_KINDS = frozenset({"year", "listing", "cast", "name", "id", "search", "facets"})


@dataclass(frozen=True)
class Server:
    """command: for a port. kinds: the questions it can be asked. ready: a path that answers 200 when it is up."""

    name: str
    title: str
    what: str
    command: Callable[[int], Command]
    environment: Mapping[str, str] = field(default_factory=dict)
    path: Callable[[Request], str] = lambda request: request.path
    kinds: frozenset[str] = ALL_KINDS
    ready: str = "/movies?limit=1"


@dataclass(frozen=True)
class Missing:
    """A server that cannot be had here, and what would change that."""

    title: str
    reason: str


def servers(stack: Stack, settings: Settings) -> tuple[list[Server], list[Missing]]:
    """Those that can run, and those that cannot. nginx is apart: it needs the bytes of another."""
    python = environment.python()
    plain = {"DATABASE_URL": stack.reader, "PYTHONPATH": str(ROOT)}
    found: list[Server | Missing] = [
        query(stack),
        _fastapi(python, plain, "rows"),
        _fastapi(python, plain, "database"),
        Server(
            "flask",
            "Flask + psycopg2",
            "rows to JSON by Flask, no cache; gunicorn, 1 worker, 8 threads",
            lambda port: [
                *(python, "-m", "gunicorn", "tests.bench.peers.flask_app:create_app()"),
                *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8"),
                *("--keep-alive", "75", "--log-level", "warning"),
            ],
            plain,
        ),
        Server(
            "framework",
            "functions-framework",
            "the same handler on the framework's own server (its gunicorn, as it sets it)",
            lambda port: [
                *(python, "-m", "functions_framework", "--target", "handle", "--host", "127.0.0.1"),
                *("--source", ROOT / "tests/bench/peers/flask_app.py", "--port", str(port)),
            ],
            plain,
        ),
        _datasette(python, stack),
        _predecessor(stack, settings),
    ]
    ready = [server for server in found if isinstance(server, Server)]
    names = settings.servers_of([*(server.name for server in ready), "nginx"])
    chosen = [server for server in ready if server.name in names]
    return chosen, [missing for missing in found if isinstance(missing, Missing)]


def query(stack: Stack) -> Server:
    return Server(
        "query",
        "**this**",
        "the query function as in production: `python -m query`, its default settings",
        lambda _port: [sys.executable, "-m", "query"],
        {"DATABASE_URL": stack.reader, "PYTHONPATH": str(ROOT / "functions/query"), "HOST": "127.0.0.1"},
        ready="/health/readiness",
    )


def _fastapi(python: Path, plain: Mapping[str, str], join: str) -> Server:
    name, who = {
        "rows": ("fastapi", "rows fetched, JSON by orjson"),
        "database": (
            "fastapi-db",
            "this project's tables and its search; PostgreSQL joins stored JSON, its bytes are passed on",
        ),
    }[join]
    return Server(
        name,
        "FastAPI + asyncpg" + (" + orjson" if join == "rows" else ", JSON by PostgreSQL"),
        f"{who}; uvicorn (uvloop, httptools), pool of 8, prepared statements, no reset between requests",
        lambda port: [
            *(python, "-m", "uvicorn", "tests.bench.peers.fastapi_app:create", "--factory"),
            *("--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--http", "httptools"),
            *("--no-access-log", "--log-level", "warning", "--timeout-keep-alive", "75"),
        ],
        {**plain, "JOIN": join},
    )


def _datasette(python: Path, stack: Stack) -> Server:
    database, metadata = datasette.prepare(stack)
    return Server(
        "datasette",
        "Datasette",
        "the same movies in SQLite (immutable), indexed; a named query for each question, `_shape=array`",
        lambda port: [
            *(python, "-m", "datasette", "serve", "--immutable", database, "--metadata", metadata),
            *("--host", "127.0.0.1", "--port", str(port), "--setting", "sql_time_limit_ms", "5000"),
        ],
        path=datasette.path,
        ready="/-/versions.json",
    )


def _predecessor(stack: Stack, settings: Settings) -> Server | Missing:
    title = "the Go program replaced"
    if not (settings.go_binary and os.access(settings.go_binary, os.X_OK)):
        return Missing(title, "BENCH_GO_BINARY names no program; build it elsewhere and name it there")
    port_of_database = str(urlsplit(stack.reader).port)
    login = ["-postgres-user", "bench_predecessor", "-postgres-password", stack.predecessor_password]
    return Server(
        "go",
        title,
        "gorm on a table of its own; title, cast, genres and year are all that it has; no bucket to poll",
        lambda port: [
            *(settings.go_binary, "-port", str(port), *login),
            *("-postgres-url", "127.0.0.1", "-postgres-port", port_of_database),
        ],
        kinds=frozenset({"year"}),
        path=lambda request: request.path.split("?")[0],
        ready="/movies/year/2015",
    )


def nginx() -> str | Missing:
    """nginx's program."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")
    return found or Missing(
        "nginx", "not installed (Debian: apt install nginx-light; macOS: brew install nginx)"
    )
