"""`make run`: the whole system on one machine, in the foreground, until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local import aws, processes
from local.errors import PartStopped, PortTaken, StackError
from local.migrate import migrate
from local.postgres import Postgres

ROOT = Path(__file__).parents[1]
READY_SECONDS_MAX = 60
LOAD_SECONDS_MAX = 300


class Stack:
    """The parts, in the order they start; they stop in the opposite one."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.state = Path(environment.get("STATE_DIR", ROOT / ".local")).resolve()
        self.bucket = environment.get("AWS_BUCKET_NAME", "movies")
        self.ports = {
            name: _port(environment, name, default)
            for name, default in {
                "QUERY_PORT": 8080,
                "INGEST_PORT": 8081,
                "AWS_PORT": 5055,
                "POSTGRES_PORT": 54329,
            }.items()
        }
        self.postgres: Postgres | None = None
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def query_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['QUERY_PORT']}"

    @property
    def ingest_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['INGEST_PORT']}"

    def start(self) -> None:
        """Everything up and ready; raises StackError."""
        for variable, port in self.ports.items():
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    raise PortTaken(f"port {port} is taken by another program; set {variable} to a free one")
        (self.state / "logs").mkdir(parents=True, exist_ok=True)
        self.postgres = Postgres(self.state, self.ports["POSTGRES_PORT"])
        self.postgres.start()
        migrate(self.postgres.url("app"))
        self._start_aws()
        queue_url = aws.prepare(self.bucket)
        python = sys.executable
        self._start(
            "ingest",
            [python, "-m", "ingest"],
            DATABASE_URL=self.postgres.url("movie_ingest"),
            AWS_BUCKET_NAME=self.bucket,
            PORT=str(self.ports["INGEST_PORT"]),
        )
        self._start(
            "query",
            [python, "-m", "query"],
            DATABASE_URL=self.postgres.url("movie_query"),
            PORT=str(self.ports["QUERY_PORT"]),
        )
        self._start("road", [python, "-m", "local.road"], AWS_QUEUE_URL=queue_url, INGEST_URL=self.ingest_url)
        self._wait_for(f"{self.ingest_url}/health/readiness")
        self._wait_for(f"{self.query_url}/health/readiness")

    def watch(self) -> None:
        """Return when told to stop; raises PartStopped when a part ends by itself."""
        while True:
            self._check()
            time.sleep(0.5)

    def load(self, files: list[Path]) -> None:
        """Upload files and wait until the ledger has decided on each of them."""
        started = time.monotonic()
        aws.upload(self.bucket, files)
        wanted = {file.name for file in files}
        while wanted:
            self._check()
            if time.monotonic() - started > LOAD_SECONDS_MAX:
                raise StackError(f"not in the ledger after {LOAD_SECONDS_MAX} s: {', '.join(sorted(wanted))}")
            for row in fetch(f"{self.ingest_url}/files"):
                if row["key"] in wanted and row["state"] != "received":
                    wanted.discard(row["key"])
                    reason = f": {row['reason']}" if row["reason"] else ""
                    print(f"  {row['key']}: {row['state']}, {row['stored'] or 0} movies{reason}", flush=True)
            time.sleep(0.1)
        print(f"  {len(files)} files in {time.monotonic() - started:.1f} s", flush=True)

    def stop(self) -> None:
        """Stop what runs, last started first."""
        for process in reversed(self.parts.values()):
            processes.stop(process, timeout_s=15)
        if self.postgres is not None:
            self.postgres.stop()

    def _start_aws(self) -> None:
        address = f"http://127.0.0.1:{self.ports['AWS_PORT']}"
        os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
        # The stand-in checks no signatures; boto3 wants something to sign with.
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "laptop")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "laptop")
        if "AWS_ENDPOINT_URL" in os.environ:
            return
        os.environ["AWS_ENDPOINT_URL"] = address
        moto = str(Path(sys.executable).parent / "moto_server")
        self._start("aws", [moto, "-H", "127.0.0.1", "-p", str(self.ports["AWS_PORT"])])
        self._wait_for(f"{address}/moto-api/")

    def _start(self, name: str, command: list[str], **settings: str) -> None:
        environment = {
            **os.environ,
            "HOST": "127.0.0.1",
            "PYTHONPATH": os.pathsep.join(
                map(str, (ROOT, ROOT / "functions/query", ROOT / "functions/ingest"))
            ),
            **settings,
        }
        self.parts[name] = processes.start(command, log=self._log(name), environment=environment, folder=ROOT)

    def _log(self, name: str) -> Path:
        return self.state / "logs" / f"{name}.log"

    def _check(self) -> None:
        for name, process in self.parts.items():
            if process.poll() is not None:
                raise PartStopped(f"{name} stopped by itself:\n{processes.last_lines(self._log(name))}")

    def _wait_for(self, url: str) -> None:
        end = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < end:
            self._check()
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                    return
            except OSError:
                time.sleep(0.1)
        raise StackError(f"{url} does not answer after {READY_SECONDS_MAX} s")


def fetch(url: str) -> Any:
    """The JSON at an address of ours."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
        return json.load(answer)


def data_files() -> list[Path]:
    """The data set where it stands beside the project, else the project's own sample."""
    return sorted((ROOT.parent / "shared/data").glob("*.json")) or sorted(
        (ROOT / "tests/data").glob("*.json")
    )


def main() -> None:
    stack = Stack(os.environ)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        print("Starting PostgreSQL, S3 and SQS, ingest, query and the event road …", flush=True)
        stack.start()
        print("Uploading the data; the events do the rest:", flush=True)
        stack.load(data_files())
        print(
            f"\nReady. query {stack.query_url} · ingest {stack.ingest_url} · S3 {os.environ['AWS_ENDPOINT_URL']}"
            f"\n\n  curl {stack.query_url}/movies/year/2015"
            f"\n  curl '{stack.query_url}/movies?cast=tom+cruise&genre=action&limit=5'"
            f"\n  curl {stack.query_url}/status\n\nCtrl-C stops everything; logs are in {stack.state / 'logs'}",
            flush=True,
        )
        stack.watch()
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    except StackError as error:
        sys.exit(f"run: {error}")
    finally:
        stack.stop()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"run: {name} must be a port from 1 to 65535")
    return int(text)


if __name__ == "__main__":
    main()
