"""`make run`, for real: from the upload of a file to an answer, and to the last process gone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from local import processes
from local.ports import free_port
from local.settings import ROOT

READY = "Ctrl-C stops everything"


@dataclass
class Run:
    """A stack that was started, and how to look at it."""

    process: subprocess.Popen[bytes]
    log: Path
    environment: dict[str, str]

    @property
    def query(self) -> str:
        return f"http://127.0.0.1:{self.environment['QUERY_PORT']}"

    @property
    def text(self) -> str:
        return self.log.read_text("utf-8")

    def movies(self, path: str) -> list[dict[str, Any]]:
        answer = requests.get(self.query + path, timeout=10)
        found: list[dict[str, Any]] = answer.json() if answer.ok else []
        return found

    def wait_for(self, text: str, timeout_s: float = 60) -> None:
        end = time.monotonic() + timeout_s
        while text not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < end, self.text
            time.sleep(0.05)

    def pids(self) -> list[int]:
        """Every process of this stack: its state folder is in their environment or command line."""
        state = self.environment["LOCAL_STATE"].encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                spoken = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if state in spoken:
                found.append(int(folder.name))
        return found


Start = Callable[..., Run]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the program with free ports and a state folder of its own; the same again at each call."""
    state = Path(tempfile.mkdtemp(prefix="movie-data-api-stack-"))
    state.chmod(0o711)
    ports = {f"{name}_PORT": str(free_port()) for name in ("QUERY", "INGEST", "AWS", "POSTGRES")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {
        **kept,
        **ports,
        "LOCAL_STATE": str(state),
        "MOVIES_DATA": str(ROOT / "tests" / "data" / "movies-sample*"),
        "DATABASE_URL": "",
    }
    runs: list[Run] = []

    def run(module: str = "local.run", root: Path = ROOT, **settings: str) -> Run:
        changed = {**environment, "PYTHONPATH": str(root), **settings}
        log = state / f"run-{len(runs)}.log"
        program = [sys.executable, "-m", module]
        runs.append(Run(processes.start(program, log=log, environment=changed, folder=root), log, changed))
        return runs[-1]

    yield run
    for each in runs:
        processes.stop(each.process, timeout_s=30)
    shutil.rmtree(state)


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@needs_proc
def test_from_upload_to_answer_and_to_the_last_process_gone(start: Start, tmp_path: Path) -> None:
    run = start()
    run.wait_for(READY)
    assert {movie["title"] for movie in run.movies("/movies/year/2001")} == {"Amélie", "Spirited Away"}
    assert "from the first upload to visible at /movies" in run.text

    file = tmp_path / "a b+é.ndjson"
    file.write_text(
        json.dumps({"title": "Uploaded", "year": 2020, "cast": ["Zoë"], "genres": [], "href": "u"})
    )
    upload = [sys.executable, "-m", "local.upload", str(file)]
    done = subprocess.run(
        upload, env=run.environment, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "stored, 1 movie" in done.stdout
    deadline = time.monotonic() + 10
    while not run.movies("/movies/name/uploaded") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(run.movies("/movies/name/uploaded")) == 1

    reconcile = [sys.executable, "-m", "local.events"]
    done = subprocess.run(
        reconcile, env=run.environment, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT
    )
    assert (done.returncode, done.stdout) == (0, "4 objects compared, 0 asked for, 0 refused\n"), done.stderr

    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(40) == 0
    assert run.pids() == []

    again = start()
    again.wait_for(READY)
    assert "3 of 3 files are in the bucket already, unchanged" in again.text
    ledger = requests.get(f"http://127.0.0.1:{again.environment['INGEST_PORT']}/files", timeout=10).json()
    assert {(row["key"], row["attempts"]) for row in ledger} == {
        ("a b+é.ndjson", 1),
        ("movies-sample.json", 1),
        ("movies-sample-talkies.json", 1),
        ("movies-sample-silent.ndjson.gz", 1),
    }


@needs_proc
def test_when_a_part_crashes_all_stop_and_the_part_is_named(start: Start) -> None:
    run = start()
    run.wait_for(READY)
    ingest = [pid for pid in run.pids() if "-m ingest" in processes.command_of(pid)]
    os.kill(min(ingest), signal.SIGKILL)
    assert run.process.wait(40) == 1
    assert "ingest stopped by itself (signal 9); the end of" in run.text
    assert run.pids() == []


@needs_proc
def test_when_the_stack_itself_is_killed_no_process_stays_and_the_next_start_works(start: Start) -> None:
    run = start()
    run.wait_for("all parts are ready")
    processes.kill(run.process)
    deadline = time.monotonic() + 20
    while run.pids() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [processes.command_of(pid) for pid in run.pids()] == []
    again = start()
    again.wait_for(READY)
    assert len(again.movies("/movies/year/2001")) == 2


def test_make_dev_takes_up_changed_code_and_lives_through_broken_code(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    root.mkdir(0o755)
    tmp_path.chmod(0o711)
    for folder in ("local", "functions", "infra"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("_deps", "__pycache__"))
    run = start("local.dev", root)
    run.wait_for("code is reloaded when it changes")
    code = root / "functions/query/query/status.py"
    good = code.read_text()
    code.write_text("this is no Python\n")
    run.wait_for("query is started again at the next change")
    assert "SyntaxError" in run.text
    code.write_text(good.replace('"status": "up"', '"status": "changed"'))
    run.wait_for("query: started anew in")
    assert requests.get(f"{run.query}/health/liveness", timeout=10).json() == {"status": "changed"}
    assert len(run.movies("/movies/year/2001")) == 2
    assert "ingest: " not in run.text  # it was left alone


def test_a_taken_port_is_told_with_the_variable_to_change(start: Start) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        run = start(QUERY_PORT=str(other.getsockname()[1]))
        assert run.process.wait(30) == 1
    assert "for query is taken by another program" in run.text
    assert "make run QUERY_PORT=" in run.text
