"""`make status`, on a kubectl that answers from a folder of files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.cluster import forwarding, queue, status
from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Kubectl

# `kubectl get KIND NAME` gives KIND-NAME.json, `kubectl get KIND` gives KIND.json; `exec` what ledger.json holds.
PROGRAM = """
import pathlib, sys
folder, verb, *rest = sys.argv[1:]
if verb == "exec":
    asked = sys.stdin.read()
    assert "FROM data_version" in asked
    names = ["ledger"]
else:
    names = [rest[0]]
    if len(rest) > 1 and not rest[1].startswith("-"):
        names = [f"{rest[0]}-{rest[1]}"]
    elif "--namespace" in rest:
        names.insert(0, f"{rest[0]}-in-{rest[rest.index('--namespace') + 1]}")
for name in names:
    file = pathlib.Path(folder, name + ".json")
    if file.exists():
        print(file.read_text())
        sys.exit()
if verb == "exec":
    sys.exit("error: unable to upgrade connection: pod does not exist")
if names == [rest[0]] or "--namespace" in rest and "--ignore-not-found" not in rest:
    print('{"items": []}')
"""
READY = {"conditions": [{"type": "Ready", "status": "True"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cluster where all is well."""
    kinds = ("clusters.postgresql.cnpg.io", "services.serving.knative.dev")
    kinds += tuple(kind for kind, _, _ in status.road.PARTS)
    for kind in kinds:
        _write(tmp_path, f"crd-{kind}", {})
    roles = {"byStatus": {"reconciled": ["movie_ingest", "movie_query"]}}
    _write(
        tmp_path,
        "clusters.postgresql.cnpg.io-movie-db-cluster",
        {
            "spec": {"instances": 3},
            "status": {
                "readyInstances": 3,
                "currentPrimary": "movie-db-cluster-1",
                "managedRolesStatus": roles,
            },
        },
    )
    for name in ("query", "ingest"):
        state = READY | {"latestReadyRevisionName": f"{name}-00002", "url": f"http://{name}.movies.test"}
        _write(tmp_path, f"services.serving.knative.dev-{name}", {"metadata": {}, "status": state})
        _write(
            tmp_path,
            f"serverlessservices.networking.internal.knative.dev-{name}-00002",
            {"spec": {"mode": "Serve"}},
        )
    for kind, name, _ in status.road.PARTS:
        _write(tmp_path, f"{kind}-{name}", {"metadata": {}, "status": READY})
    _write(tmp_path, "pods-in-movie-data", {"items": [_pod("query-00002-a", "Running", ready=True)]})
    _write(tmp_path, "pods-in-movie-db", {"items": [_pod("movie-db-cluster-1", "Running", ready=True)]})
    last = [
        {"id": 2, "key": "bad.json", "state": "failed", "stored": None, "rejected": None, "reason": "not UTF-8", "received_at": "2026-11-24 13:02"},
        {"id": 1, "key": "films.json", "state": "stored", "stored": 1200, "rejected": 3, "reason": None, "received_at": "2026-11-24 13:01"},
    ]  # fmt: skip
    held = {
        "version": "0a-52",
        "movies": 30364,
        "changed_at": "2026-11-24 13:01",
        "states": {"stored": 1, "failed": 1},
    }
    _write(tmp_path, "ledger", held | {"dead_letters": 4, "last": last})
    return tmp_path


@pytest.fixture
def told(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What `make status` prints, without a way to query or to AWS: neither is a part of kubectl."""

    def refused(*_: object) -> None:
        raise ClusterError("no way to deployment/query-00002-deployment")

    monkeypatch.setattr(forwarding, "function", refused)
    monkeypatch.setattr(queue, "depths", lambda _: queue.Depths(3, 1, 2))

    def show() -> str:
        status.show(Kubectl([sys.executable, "-c", PROGRAM, str(folder)]), "movie-db-cluster")
        return capsys.readouterr().out

    return show


def test_each_part_is_told_with_its_revision_and_its_mode(told: Any) -> None:
    said = told()
    assert "database                   ready    3 instances, primary movie-db-cluster-1" in said
    assert (
        "query                      ready    query-00002, 1 pods, mode Serve, http://query.movies.test"
        in said
    )
    assert "integrationsources files   ready" in said


def test_the_data_the_last_files_and_what_was_given_up_are_told(told: Any) -> None:
    said = told()
    assert "data                       version 0a-52, 30,364 movies, changed 2026-11-24 13:01 UTC" in said
    assert "files                      1 stored, 1 failed" in said
    assert "dead letters               4" in said
    assert "last files                 2026-11-24 13:02  failed     bad.json  not UTF-8" in said
    assert "2026-11-24 13:01  stored     films.json  1,200 stored, 3 rejected" in said
    assert "queue                      3 messages wait, 1 under way, 2 dead" in said


def test_each_pod_is_told_with_why_it_waits(told: Any, folder: Path) -> None:
    waiting = _pod("query-00003-b", "Pending", ready=False, waiting="ImagePullBackOff", restarts=2)
    done = _pod("migrate-x", "Succeeded", ready=False)
    _write(
        folder, "pods-in-movie-data", {"items": [_pod("query-00002-a", "Running", ready=True), waiting, done]}
    )
    said = told()
    assert "  movie-data/query-00002-a: Running, 1 of 1 ready, on node-1" in said
    assert "  movie-data/query-00003-b: ImagePullBackOff, 0 of 1 ready, 2 restarts, on node-1" in said
    assert "migrate-x" not in said


def test_what_cannot_be_asked_is_told_and_the_rest_all_the_same(told: Any, folder: Path) -> None:
    (folder / "ledger.json").unlink()
    said = told()
    assert "data                       not known: error: unable to upgrade connection" in said
    assert "served                     not known: no way to deployment/query-00002-deployment" in said
    assert "pods" in said


def test_a_cluster_without_anything_is_told_as_such(told: Any, folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    said = told()
    assert "database                   NOT READY: CloudNativePG is absent" in said
    assert "brokers default            NOT READY: Knative is absent" in said
    assert "data                       not known: the database has no primary" in said


def _write(folder: Path, name: str, content: object) -> None:
    (folder / f"{name}.json").write_text(json.dumps(content))


def _pod(name: str, phase: str, *, ready: bool, waiting: str = "", restarts: int = 0) -> dict[str, Any]:
    state = {"waiting": {"reason": waiting}} if waiting else {"running": {}}
    container = {"ready": ready, "restartCount": restarts, "state": state}
    status_of = {"phase": phase, "containerStatuses": [container]}
    return {"metadata": {"name": name}, "spec": {"nodeName": "node-1"}, "status": status_of}
