"""`make upload`, for real: into the bucket, over the road, and what became of each file."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local import bucket as buckets
from local import processes
from local.settings import ROOT
from tests.conftest import StartFunction
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database

PARTS = 80_000_000  # more than what goes in one piece


@pytest.fixture
def environment(
    aws: Aws,
    bucket: Bucket,
    database: Database,
    start_function: StartFunction,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[dict[str, str]]:
    """Ingest and the road, and the variables that lead `make upload` to them."""
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    queue_url = buckets.set_up(bucket.name, f"{bucket.name}-events")
    settings = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    ingest = start_function("ingest", settings)
    with ExitStack() as stack:
        road = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ROAD_QUEUE_URL": queue_url,
            "ROAD_SINK": ingest.url,
            "ROAD_DEAD_LETTERS": str(tmp_path / "dead.ndjson"),
        }
        program = [sys.executable, "-m", "local.road"]
        process = processes.start(program, log=tmp_path / "road.log", environment=road)
        stack.callback(processes.stop, process, timeout_s=10)
        yield {
            **os.environ,
            "AWS_BUCKET_NAME": bucket.name,
            "INGEST_URL": ingest.url,
            "PYTHONPATH": str(ROOT),
        }


def upload(environment: dict[str, str], *files: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "local.upload", *map(str, files)]
    return subprocess.run(
        program, env=environment, capture_output=True, text=True, check=False, timeout=100, cwd=ROOT
    )


def test_each_file_is_told_with_its_rejects_and_a_failed_one_with_its_reason(
    environment: dict[str, str], tmp_path: Path
) -> None:
    good, mixed, bad = (tmp_path / name for name in ("good é+.json", "mixed.ndjson", "bad.json"))
    good.write_text('[{"title": "A", "year": 1999}, {"title": "B", "year": 1999}]')
    lines = [{"title": "C", "year": 1999}, *({"title": "D", "year": str(n)} for n in range(7))]
    mixed.write_text("".join(json.dumps(line) + "\n" for line in lines))
    bad.write_text('[{"title": "E"')
    done = upload(environment, good, mixed, bad)
    assert (done.returncode, done.stderr) == (1, "")
    said = done.stdout.splitlines()
    assert any(line.startswith(f"{good}: stored, 2 movies (") for line in said)
    assert any(line.startswith(f"{mixed}: stored, 1 movie, 7 rejected (") for line in said)
    assert "  rejected: record 2: year must be a whole number, not a string" in said
    assert sum(line.startswith("  rejected:") for line in said) == 5
    assert any(line.startswith("  … and 2 more: http://") for line in said)
    assert any(line.startswith(f"{bad}: failed: ") and "record 1" in line for line in said)
    assert not any("\r" in line for line in said), "no bar where nobody watches"


def test_a_large_file_goes_in_parts_with_a_bar_on_a_terminal(
    environment: dict[str, str], bucket: Bucket, tmp_path: Path
) -> None:
    large = tmp_path / "large.ndjson"
    line = json.dumps({"title": "Large", "year": 1999, "extract": "x" * 19_000}) + "\n"
    large.write_text(line * (PARTS // len(line)))
    outer, inner = pty.openpty()
    program = [sys.executable, "-m", "local.upload", str(large)]
    process = subprocess.Popen(program, env=environment, stdout=inner, stderr=inner, cwd=ROOT)
    os.close(inner)
    said = b""
    while True:
        try:
            piece = os.read(outer, 65_536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        said += piece
    os.close(outer)
    assert process.wait(100) == 0, said
    text = said.decode()
    assert f" of {large.stat().st_size:,} bytes, " in text
    assert "stored, 1 movie, " in text
    etag = bucket.s3.head_object(Bucket=bucket.name, Key=large.name)["ETag"]
    assert etag.strip('"').endswith("-5"), "five parts of 16 MiB"
