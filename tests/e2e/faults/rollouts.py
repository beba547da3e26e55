"""New revisions of query under load: a good one, and two that must never get a request."""

from __future__ import annotations

import json
import time

from infra.cluster import functions
from infra.cluster.kubectl import Object
from infra.cluster.secrets import FUNCTIONS
from infra.cluster.waiting import reason_not_ready
from tests.e2e.faults.target import ClusterTarget
from tests.faults.fault import Fault
from tests.support.waiting import wait_until

_TEMPLATE = "/spec/template"
_ENV = f"{_TEMPLATE}/spec/containers/0/env"
_KNOWN_BAD_S = 30.0  # by then Knative has said of a revision that it failed, or still waits for it


def _good(target: ClusterTarget) -> None:
    _patch(target, "add", f"{_TEMPLATE}/metadata/annotations/movies.dev~1rolled-out", str(time.time()))
    target.wait_until_ready()


def _crashing(target: ClusterTarget) -> None:
    _patch(target, "add", f"{_ENV}/-", {"name": "QUERY_CONNECTIONS", "value": "many"})


def _never_ready(target: ClusterTarget) -> None:
    """Its libpq may show no server a password, so that it never gets a session."""
    _patch(target, "add", f"{_ENV}/-", {"name": "PGREQUIREAUTH", "value": "none"})


def _take_back(target: ClusterTarget) -> None:
    """The last thing that was added to the environment; whoever looks sees that it was not served."""
    service = _service(target)
    created, ready = (service["status"][f"latest{each}RevisionName"] for each in ("Created", "Ready"))
    if created == ready:
        target.found.append(f"{created} was called ready")
    last = len(service["spec"]["template"]["spec"]["containers"][0]["env"]) - 1
    _patch(target, "remove", f"{_ENV}/{last}")
    wait_until(lambda: not reason_not_ready(_service(target)), 300, 1)
    if created != ready:  # its pods would try for ten minutes more
        target.cluster.delete("revisions.serving.knative.dev", created, FUNCTIONS)


def _service(target: ClusterTarget) -> Object:
    return target.cluster.get(functions.KIND, "query", FUNCTIONS) or {}


def _patch(target: ClusterTarget, op: str, path: str, value: object = None) -> None:
    patch = json.dumps([{"op": op, "path": path, "value": value}])
    target.cluster.run("patch", functions.KIND, "query", "-n", FUNCTIONS, "--type=json", "-p", patch)


FAULTS = (
    Fault("rollout", "a new revision of query", "0 failed", _good),
    Fault(
        "rollout_crashing",
        "a new revision of query that ends at its start",
        "0 failed, it gets no traffic",
        _crashing,
        _take_back,
        lasts_s=_KNOWN_BAD_S,
    ),
    Fault(
        "rollout_never_ready",
        "a new revision of query that is never ready",
        "0 failed, it gets no traffic",
        _never_ready,
        _take_back,
        lasts_s=_KNOWN_BAD_S,
    ),
)
