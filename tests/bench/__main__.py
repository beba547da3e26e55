"""`make bench`: query beside nginx with the same bytes and beside a plain program, in one run.

Prints a Markdown table and keeps it in docs/performance.md. Requests a second are wrk's at
saturation, 8 connections; latencies are of the first byte at a constant rate (openloop.py).
BENCH_SECONDS is the time for each figure (default 3).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2

from local import processes
from local.ports import free_port
from local.postgres import Postgres
from tests.bench.data import ROOT, stack
from tests.bench.openloop import Plan, run_apart
from tests.support.waiting import wait_for_http

RATE = 200
MARKS = ("<!-- bench -->", "<!-- /bench -->")
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{ access_log off; keepalive_requests 10000000; default_type application/json;
client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}
"""
ROTATE = 'local i, paths = 0, {{{paths}}}\nrequest = function() i = i + 1; return wrk.format("GET", paths[i % #paths + 1]) end\n'


def main() -> None:
    seconds = float(os.environ.get("BENCH_SECONDS", "3"))
    missing = [name for name in ("wrk", "nginx") if shutil.which(name) is None]
    if missing:
        sys.exit(
            f"bench: {' and '.join(missing)} cannot be found; on Debian: apt-get install wrk nginx-light"
        )
    data = next(
        each for each in (ROOT.parent / "shared/data", ROOT / "tests/data") if any(each.glob("*.json"))
    )
    with stack(data) as (postgres, folder), ExitStack() as parts:
        people = _people(postgres)
        year, one = ["/movies/year/2015"], [people[0]]
        plain = parts.enter_context(_plain(postgres, folder))
        query = parts.enter_context(_query(postgres, folder, "query", {}))
        uncached = parts.enter_context(_query(postgres, folder, "uncached", {"QUERY_CACHE_BYTES_MAX": "0"}))
        nginx = parts.enter_context(
            _nginx(folder, {"one": _get(query, one[0]), "year": _get(query, year[0])})
        )
        rows = [
            ("a cast member", "nginx, the same bytes", nginx, ["/one"]),
            ("a cast member", "query, cached", query, one),
            ("cast members in turn", "query, no cache", uncached, people),
            ("cast members in turn", "plain Flask", plain, people),
            ("a whole year", "nginx, the same bytes", nginx, ["/year"]),
            ("a whole year", "query, cached", query, year),
            ("a whole year", "query, no cache", uncached, year),
            ("a whole year", "plain Flask", plain, year),
        ]
        table = [
            "| what is asked | server | requests a second | p50 ms | p99 ms | p99.9 ms |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
        ]
        for what, server, port, paths in rows:
            table.append(_row(what, server, port, paths, seconds, folder))
            print(table[-1], flush=True)
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    table.append(f"\n{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {load} at the end.")
    _keep("\n".join(table))


def _row(what: str, server: str, port: int, paths: list[str], seconds: float, folder: Path) -> str:
    histogram = run_apart(Plan(port=port, paths=paths, rate=RATE, seconds=seconds)).histogram
    script = folder / "rotate.lua"
    script.write_text(ROTATE.format(paths=", ".join(f'"{path}"' for path in paths)))
    command = [
        "wrk",
        "-t1",
        "-c8",
        f"-d{max(1, round(seconds))}",
        "-s",
        str(script),
        f"http://127.0.0.1:{port}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30)
    if "Non-2xx" in done.stdout:
        sys.exit(f"bench: {server} did not answer 200 throughout ({what})")
    found = re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)
    rate = float(found.group(1)) if found else float("nan")
    quantiles = " | ".join(f"{histogram.quantile(share) * 1000:.2f}" for share in (0.5, 0.99, 0.999))
    return f"| {what} | {server} | {rate:,.0f} | {quantiles} |"


def _people(postgres: Postgres) -> list[str]:
    with closing(psycopg2.connect(postgres.url("app"))) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT key FROM people WHERE position('/' in key) = 0 ORDER BY md5(key) LIMIT 2000")
        return [f"/movies/castmember/{quote(key)}" for (key,) in cursor.fetchall()]


@contextmanager
def _served(
    name: str, command: list[str], port: int, path: str, folder: Path, **settings: str
) -> Iterator[int]:
    environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", **settings}
    log = folder / f"{name}.log"
    process = processes.start(command, log=log, environment=environment, folder=ROOT)
    try:
        wait_for_http(f"http://127.0.0.1:{port}{path}", process, log)
        yield port
    finally:
        processes.stop(process, timeout_s=10)


def _query(
    postgres: Postgres, folder: Path, name: str, settings: dict[str, str]
) -> AbstractContextManager[int]:
    environment = {"DATABASE_URL": postgres.url("movie_query"), "PYTHONPATH": str(ROOT / "functions/query")}
    command = [sys.executable, "-m", "query"]
    return _served(name, command, free_port(), "/health/readiness", folder, **environment, **settings)


def _plain(postgres: Postgres, folder: Path) -> AbstractContextManager[int]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-w1", "-k", "gthread", "--threads", "8"]
    command += ["-b", f"127.0.0.1:{port}", "tests.bench.plain_flask:app"]
    return _served(
        "plain", command, port, "/movies/year/2015", folder, DATABASE_URL=postgres.url("movie_query")
    )


def _nginx(folder: Path, bodies: dict[str, bytes]) -> AbstractContextManager[int]:
    (folder / "www").mkdir()
    for name, body in bodies.items():
        (folder / "www" / name).write_bytes(body)
    port = free_port()
    file = folder / "nginx.conf"
    file.write_text(("user root;" if os.geteuid() == 0 else "") + NGINX.format(folder=folder, port=port))
    return _served("nginx", ["nginx", "-c", str(file)], port, "/one", folder)


def _get(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        body: bytes = answer.read()
        return body


def _keep(table: str) -> None:
    report = ROOT / "docs/performance.md"
    before, _, rest = report.read_text().partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    report.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
