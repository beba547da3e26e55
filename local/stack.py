"""The parts of the stack, started in the order of what needs what and stopped the other way round."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from local import bucket, external, part, ports, state
from local.aws_server import REGION
from local.migrate import migrate
from local.part import Part
from local.postgres import Postgres
from local.settings import ROOT, Settings

ANY_KEY = "laptop"  # the stand-in checks no signatures


class Stack:
    """Use it as a context: whatever was started is stopped at its end, also after half a start."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.parts: list[Part] = []
        self.query_url = f"http://{ports.HOST}:{settings.query_port}"
        self.ingest_url = f"http://{ports.HOST}:{settings.ingest_port}"
        self.environment: dict[str, str] = {}  # what leads other programs to it
        self._logs = settings.state / "logs"
        self._functions: dict[str, tuple[int, dict[str, str]]] = {}  # port and environment
        self._ending = ExitStack()

    def __enter__(self) -> Stack:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def start(self) -> None:
        """Start everything and return when all of it is ready."""
        self._require_ports()
        urls = self._start_postgres()
        aws = self._start_aws()
        queue_url = bucket.set_up(self.settings.bucket, f"{self.settings.bucket}-events")
        token = state.token(self.settings.state)
        broker_port = ports.free_port()
        ingest = {
            **aws,
            "DATABASE_URL": urls["movie_ingest"],
            "AWS_BUCKET_NAME": self.settings.bucket,
            "INGEST_TOKEN": token,
            "K_SINK": f"http://{ports.HOST}:{broker_port}",
        }
        self._functions = {
            "query": (self.settings.query_port, {"DATABASE_URL": urls["movie_query"]}),
            "ingest": (self.settings.ingest_port, ingest),
        }
        for name in self._functions:
            self.start_function(name)
        self._wait_until_ready()
        self._start_road(queue_url, broker_port)
        self.environment = {
            **aws,
            "AWS_BUCKET_NAME": self.settings.bucket,
            "INGEST_URL": self.ingest_url,
            "QUERY_URL": self.query_url,
            "INGEST_TOKEN": token,
            "DATABASE_URL": urls["app"],
        }
        state.publish(self.settings.state, self.environment)
        self._ending.callback(state.withdraw, self.settings.state)

    def check(self) -> None:
        """Raise PartStopped when any part has ended."""
        for each in self.parts:
            each.check()

    def watch(self) -> None:
        """Go on until a part ends."""
        while True:
            self.check()
            time.sleep(0.2)

    def _require_ports(self) -> None:
        ports.require_free(self.settings.query_port, "QUERY_PORT", "query")
        ports.require_free(self.settings.ingest_port, "INGEST_PORT", "ingest")
        if not self.settings.aws_endpoint_url:
            ports.require_free(self.settings.aws_port, "AWS_PORT", "S3 and SQS")

    def _start_postgres(self) -> dict[str, str]:
        """The connection string of each role, the schema being up to date."""
        if self.settings.database_url:
            urls = external.roles_on(self.settings.database_url)
        else:
            postgres = Postgres(self.settings.state, self.settings.postgres_port)
            postgres.stop_left_over()
            ports.require_free(self.settings.postgres_port, "POSTGRES_PORT", "PostgreSQL")
            self._ending.callback(postgres.stop)
            postgres.start()
            self.parts.append(Part("PostgreSQL", postgres.process, postgres.log))
            urls = {role: postgres.url(role) for role in ("app", "movie_ingest", "movie_query")}
        migrate(urls["app"])
        return urls

    def _start_aws(self) -> dict[str, str]:
        """The variables that lead boto3 to S3 and SQS, set for ourselves too."""
        if self.settings.aws_endpoint_url:
            os.environ["AWS_DEFAULT_REGION"] = bucket.region_of_environment()
            return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        endpoint = f"http://{ports.HOST}:{self.settings.aws_port}"
        environment = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ANY_KEY,
            "AWS_SECRET_ACCESS_KEY": ANY_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        os.environ.update(environment)
        os.environ.pop("AWS_PROFILE", None)
        os.environ.pop("AWS_SESSION_TOKEN", None)
        program: list[str | Path] = [
            "-m",
            "local.aws_server",
            str(self.settings.aws_port),
            self.settings.state / "bucket",
        ]
        self._start("S3 and SQS", "aws", program, {"PYTHONPATH": str(ROOT)}, f"{endpoint}/moto-api/data.json")
        self.parts[-1].wait_until_ready()
        return environment

    def start_function(self, name: str) -> Part:
        """Start a function by the command that its container runs."""
        port, own = self._functions[name]
        environment = {
            "PYTHONPATH": str(ROOT / "functions" / name),
            "HOST": ports.HOST,
            "PORT": str(port),
            **own,
        }
        health = f"http://{ports.HOST}:{port}/health/readiness"
        return self._start(name, name, ["-m", name], environment, health)

    def _start_road(self, queue_url: str, broker_port: int) -> None:
        environment = {
            "PYTHONPATH": str(ROOT),
            "ROAD_PORT": str(broker_port),
            "ROAD_QUEUE_URL": queue_url,
            "ROAD_SINK": self.ingest_url,
            "ROAD_DEAD_LETTERS": str(self.settings.state / "dead-letters.ndjson"),
            "ROAD_DEAD_LETTER_SINK": f"{self.ingest_url}/dead-letters",
        }
        self._start("the event road", "road", ["-m", "local.road"], environment)

    def _start(
        self, name: str, log: str, program: list[str | Path], environment: dict[str, str], health: str = ""
    ) -> Part:
        started = part.start(name, [sys.executable, *program], self._logs / f"{log}.log", environment, health)
        self._ending.callback(started.stop)
        self.parts.append(started)
        return started

    def _wait_until_ready(self) -> None:
        for each in self.parts:
            each.wait_until_ready()
