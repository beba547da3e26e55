"""The cluster, a stand-in for AWS that its pods reach, and the way in through the gateway."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import boto3
import pytest

from infra.cluster import kubectl as kubectl_module
from infra.cluster.kubectl import Kubectl
from local.settings import ROOT
from tests.e2e import making
from tests.e2e.gateway import Gateway
from tests.e2e.report import Report
from tests.e2e.settings import Settings
from tests.e2e.stand_in import stand_in

if "E2E" not in os.environ:
    collect_ignore_glob = ["test_*.py"]

_REPORT = Report()
Record = Callable[[str], None]
Make = Callable[..., str]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if "tests/e2e" in report.nodeid and (report.when == "call" or report.outcome != "passed"):
        why = (
            f" ({report.longrepr[2]})"
            if report.outcome == "skipped" and isinstance(report.longrepr, tuple)
            else ""
        )
        _REPORT.outcomes[_sentence(report.nodeid)] = report.outcome + why


def pytest_sessionfinish() -> None:
    if "E2E" in os.environ and _REPORT.outcomes:
        _REPORT.write(os.cpu_count() or 1)


def _sentence(nodeid: str) -> str:
    return nodeid.rsplit("::", 1)[-1].removeprefix("test_").replace("_", " ")


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Record:
    """Write a line under the test's sentence in docs/e2e.md."""

    def write(text: str) -> None:
        _REPORT.lines.setdefault(_sentence(request.node.nodeid), []).extend(text.splitlines())

    return write


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings()


@pytest.fixture(scope="session")
def cluster() -> Kubectl:
    found = kubectl_module.find()
    _REPORT.kubernetes = json.loads(found.run("version", "-o", "json"))["serverVersion"]["gitVersion"]
    return found


@pytest.fixture(scope="session", autouse=True)
def aws(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[boto3.session.Session]:
    with stand_in(settings, tmp_path_factory.mktemp("aws")) as session:
        yield session


@pytest.fixture(scope="session")
def make(settings: Settings) -> Make:
    """Run a make target; its output, or a failure that shows it."""
    return partial(making.make, settings)


@pytest.fixture(scope="session")
def gateway(cluster: Kubectl, settings: Settings) -> Gateway:
    return Gateway.find(cluster, settings.gateway_host)


@pytest.fixture
def put(aws: boto3.session.Session, settings: Settings) -> Callable[[str, bytes], None]:
    """Put an object into the bucket, as an uploader does."""
    s3 = aws.client("s3", endpoint_url=settings.aws_endpoint)

    def write(key: str, body: bytes) -> None:
        s3.put_object(Bucket=settings.bucket, Key=key, Body=body)

    return write


@pytest.fixture
def sample() -> list[dict[str, object]]:
    movies: list[dict[str, object]] = json.loads(Path(ROOT / "tests/data/movies-sample.json").read_text())
    return movies
