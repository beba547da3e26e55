"""The function under functions-framework's own server answers as the production server does."""

import os
import sys
from pathlib import Path

import pytest
import requests

from local import processes
from local.ports import HOST, free_port
from tests.support.waiting import wait_for_http

ROOT = Path(__file__).parents[3]
PROGRAM = Path(sys.executable).with_name("functions-framework")
OF_A_SERVER = {"date", "server", "connection", "keep-alive", "server-timing"}


@pytest.fixture
def framework(own_query, tmp_path):
    database, _ = own_query
    port, log = free_port(), tmp_path / "framework.log"
    source = ROOT / "functions/query/query/main.py"
    process = processes.start(
        [PROGRAM, "--target", "query", "--source", str(source), "--host", HOST, "--port", str(port)],
        log=log,
        environment={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "functions/query"),
            "DATABASE_URL": database.query,
        },
        folder=tmp_path,
    )
    url = f"http://{HOST}:{port}"
    wait_for_http(f"{url}/health/readiness", process, log, 30)
    yield lambda path, **headers: requests.get(url + path, headers=headers, timeout=10)
    processes.stop(process, timeout_s=10)


@pytest.mark.parametrize(
    "path",
    ["/movies?limit=3", "/movies/name/Am%C3%A9lie", "/movies/year/1870", "/movies?yer=2015", "/nothing"],
)
def test_both_servers_give_the_same(framework, own_query, path):
    _, query = own_query
    theirs, ours = framework(path), query(path)
    assert (theirs.status_code, theirs.content) == (ours.status_code, ours.content)
    assert of_the_application(theirs) == of_the_application(ours)


def test_what_is_asked_again_comes_out_of_memory(framework):
    first, again = framework("/movies?limit=3"), framework("/movies?limit=3")
    assert first.headers["Server-Timing"].startswith("cache;desc=miss")
    assert again.headers["Server-Timing"].startswith("cache;desc=hit")
    assert (first.content, first.headers["ETag"]) == (again.content, again.headers["ETag"])


def of_the_application(answer: requests.Response) -> dict[str, str]:
    """Header fields by name, without those that are the server's own affair or change from answer to answer."""
    fields = {name.lower(): value for name, value in answer.headers.items()}
    return {name: value for name, value in fields.items() if name not in OF_A_SERVER}
