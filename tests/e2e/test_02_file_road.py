"""bucket → SQS → IntegrationSource → Broker → Trigger → ingest → PostgreSQL → query → gateway."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.cluster import forwarding
from infra.cluster.kubectl import Kubectl
from local.ledger import Ledger
from local.settings import ROOT
from tests.e2e.conftest import Make, Record
from tests.e2e.gateway import Gateway
from tests.e2e.waiting import eventually

Put = Callable[[str, bytes], None]
POISON = b"\x00\xff this is no JSON"


def test_a_file_travels_from_the_bucket_to_an_answer(
    put: Put, sample: list[dict[str, object]], gateway: Gateway, cluster: Kubectl, record: Record
) -> None:
    forwarding.wake(cluster, "ingest")
    put("sample.json", json.dumps(sample).encode())
    year = sample[0]["year"]
    seconds = eventually(lambda: gateway.get(f"/movies/year/{year}").status_code == 200, 120, 0.05)
    wanted = {each["title"] for each in sample if each["year"] == year}
    eventually(lambda: {each["title"] for each in gateway.get(f"/movies/year/{year}").json()} == wanted, 10)
    record(f"put_object to the answer: {seconds:.1f} s, {len(sample)} records, ingest was awake")


def test_a_file_travels_though_ingest_sleeps(
    put: Put, gateway: Gateway, cluster: Kubectl, record: Record
) -> None:
    eventually(lambda: not _pods(cluster, "ingest"), 240, 2)
    put("asleep.json", b'[{"title": "Woken By An Event", "year": 2001}]')
    seconds = eventually(lambda: gateway.get("/movies/name/Woken By An Event").status_code == 200, 120, 0.05)
    record(f"put_object to the answer: {seconds:.1f} s, from no pod of ingest")


def test_a_poison_file_is_failed_in_the_ledger_with_a_reason(
    put: Put, cluster: Kubectl, record: Record
) -> None:
    put("poison.json", POISON)
    etag = hashlib.md5(POISON, usedforsecurity=False).hexdigest()
    with forwarding.function(cluster, "ingest") as port:
        ledger = Ledger(f"http://127.0.0.1:{port}")
        eventually(lambda: (ledger.find("poison.json", etag) or {}).get("state") == "failed", 120)
        row = ledger.find("poison.json", etag) or {}
    assert row["reason"]
    record(f"{row['key']}: {row['state']}, {row['reason']}")


def test_the_data_set_travels_file_by_file(put: Put, gateway: Gateway, record: Record) -> None:
    files = sorted((ROOT.parent / "shared" / "data").glob("*.json"))
    if not files:
        pytest.skip("../shared/data is not there")
    known = {each for file in files for each in _identities(file)}
    before = gateway.get("/status").json()
    begun = time.monotonic()
    for file in files:
        put(file.name, file.read_bytes())
    eventually(lambda: gateway.get("/status").json()["files"] == before["files"] + len(files), 600, 1)
    seconds = time.monotonic() - begun
    added = gateway.get("/status").json()["movies"] - before["movies"]
    record(f"{len(files)} files, {added:,} movies added after {seconds:.0f} s")
    assert 0 < added <= len(known)


def test_reconcile_finds_nothing_to_do_and_changes_no_byte(
    make: Make, gateway: Gateway, record: Record
) -> None:
    before = gateway.get("/movies?limit=1000").content
    begun = time.monotonic()
    record(make("reconcile", CLUSTER="yes"))
    record(f"reconcile: {time.monotonic() - begun:.1f} s")
    assert gateway.get("/movies?limit=1000").content == before


def _pods(cluster: Kubectl, name: str) -> list[dict[str, object]]:
    found = cluster.list("pods", "movie-data", f"serving.knative.dev/service={name}")
    return [pod for pod in found if pod["status"]["phase"] == "Running"]


def _identities(file: Path) -> Iterator[tuple[object, ...]]:
    for each in json.loads(file.read_text()):
        yield each.get("title"), each.get("year"), each.get("href")
