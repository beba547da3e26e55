"""The choice of WSGI server: the same functions-framework apps under each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tests.bench import agreement, coldstart, environment, machine, report, servers
from tests.bench.data import Stack, stack
from tests.bench.measure import measure, tasks
from tests.bench.running import Running, all_started
from tests.bench.servers import Command, Server
from tests.bench.settings import ROOT, Settings
from tests.bench.workloads import Workload, ask, workloads

FUNCTION = ROOT / "tests/bench/peers/trivial.py"
TRIVIAL = Workload("trivial", "trivial function, 2 KB", (ask("id", id="any"),))
# Arguments of each server for an app; PLACE is host:port.
_GUNICORN = ["gunicorn", "--bind", "PLACE", "--workers", "1", "--keep-alive", "75", "--log-level", "warning"]
_GRANIAN = [
    "granian",
    "--interface",
    "wsgi",
    "--host",
    "127.0.0.1",
    "--port",
    "PORT",
    "--no-ws",
    "--log-level",
    "warning",
]
_UWSGI = [
    "pyuwsgi",
    "--http11-socket",
    "PLACE",
    "--master",
    "--lazy-apps",
    "--single-interpreter",
    "--enable-threads",
    "--processes",
    "1",
    "--need-app",
    "--disable-logging",
]
SERVERS: dict[str, tuple[str, list[str]]] = {
    **{
        f"granian-{mode}-{threads}": (
            f"granian, runtime {mode}, {threads} blocking threads",
            [*_GRANIAN, "--runtime-mode", mode, "--blocking-threads", str(threads), "APP"],
        )
        for mode, threads in (("st", 1), ("st", 4), ("st", 8), ("st", 16), ("mt", 1), ("mt", 4), ("mt", 8))
    },
    "gunicorn": (
        "gunicorn gthread, 8 threads",
        [*_GUNICORN, "--worker-class", "gthread", "--threads", "8", "APP"],
    ),
    "waitress": ("waitress, 8 threads", ["waitress-serve", "--listen", "PLACE", "--threads", "8", "APP"]),
    "uwsgi": ("uWSGI, 8 threads", [*_UWSGI, "--threads", "8", "--module", "APP"]),
}


def run(settings: Settings) -> None:
    """Measure, print and write the table."""
    load_before = os.getloadavg()[0]
    with ExitStack() as opened:
        made = opened.enter_context(stack(settings.data))
        asked = [each for each in workloads(made) if each.name in ("cached", "uncached")]
        running = opened.enter_context(all_started(list(_servers(made, settings)), made))
        _agree(running, asked)
        cells = measure(tasks(made.folder, running, [TRIVIAL, *asked]), settings)
        titles = {each.server.name: each.server.title for each in running}
        text = report.results([TRIVIAL, *asked], titles, cells)
        text += "\n\n" + "\n".join(machine.description(made.version, load_before))
    print(text)
    if settings.write:
        report.put("servers", text)


def cold_start(settings: Settings) -> None:
    """Print the time from process start to ready."""
    with stack(settings.data, peers=False) as made:
        print(coldstart.line(coldstart.seconds_to_ready(servers.query(made), made)))


def _agree(running: list[Running], asked: list[Workload]) -> None:
    trivial = [each for each in running if each.server.name.startswith(TRIVIAL.name)]
    agreement.examine([each for each in running if each not in trivial], asked)
    for each in trivial:
        each.answers[TRIVIAL.name] = ["/"]


def _servers(made: Stack, settings: Settings) -> Iterator[Server]:
    """Production's own way, then each server twice: with the trivial function, and with the query function."""
    yield replace(
        servers.query(made), name="query-production", title="production: its own connections (llhttp, uvloop)"
    )
    scripts = environment.python().parent
    names = settings.servers_of([*SERVERS, "framework"])
    for name, (title, arguments) in SERVERS.items():
        if name in names:
            yield _server(f"trivial-{name}", title, scripts, arguments, "tests.bench.peers.trivial:app", made)
            yield _server(f"query-{name}", title, scripts, arguments, "tests.bench.peers.query_app:app", made)
    if "framework" in names:
        framework = [
            "functions-framework",
            "--host",
            "127.0.0.1",
            "--port",
            "PORT",
            "--source",
            str(FUNCTION),
            "--target",
        ]
        title = "functions-framework's own (its gunicorn)"
        yield _server("trivial-framework", title, scripts, [*framework, "trivial"], "", made)
        source = str(ROOT / "functions/query/query/main.py")
        framework[framework.index(str(FUNCTION))] = source
        yield _server("query-framework", title, scripts, [*framework, "query"], "", made)


def _server(name: str, title: str, scripts: Path, arguments: list[str], app: str, made: Stack) -> Server:
    def command(port: int) -> Command:
        words = {"PLACE": f"127.0.0.1:{port}", "PORT": str(port), "APP": app}
        program, *rest = (words.get(each, each) for each in arguments)
        return [scripts / program, *rest]

    path = os.pathsep.join([str(ROOT), str(ROOT / "functions/query")])
    values = {"DATABASE_URL": made.reader, "PYTHONPATH": path}
    ready = "/" if name.startswith(TRIVIAL.name) else "/health/readiness"
    return Server(name, title, title, command, values, ready=ready)
