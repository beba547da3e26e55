"""Pods of query that go, and everything that a drain of the node sends away."""

from __future__ import annotations

import json
import time
from functools import partial

from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Object
from infra.cluster.secrets import DATABASE, FUNCTIONS, SOURCE
from tests.e2e.faults import killing
from tests.e2e.faults.target import ClusterTarget
from tests.faults.fault import Fault

ROUNDS = 4
_IN_FLIGHT = 5  # as tests/faults asks of a process
_CONTAINER, _SPARE = "user-container", "spare"
_GATEWAY = "kourier-system"
_EVICTED_S_MAX = 180
_BUDGET = "disruption budget"


def _delete(target: ClusterTarget) -> None:
    killing.delete(target.cluster, target.query_pods()[0])


def _kill_server(target: ClusterTarget) -> None:
    killing.kill_server(target.query_pods()[0], _CONTAINER)


def _kill_container(target: ClusterTarget, name: str = _CONTAINER) -> None:
    killing.kill_container(min(target.query_pods(), key=_restarts), name)


def _restarts(pod: Object) -> int:
    return sum(status["restartCount"] for status in pod["status"]["containerStatuses"])


def _kill_in_rounds(target: ClusterTarget) -> None:
    for number in range(ROUNDS):
        if number:
            target.wait_until_ready()
        killing.kill(target.cluster, target.query_pods()[0])


def _drain(target: ClusterTarget) -> None:
    """Evict what is ours and the gateway, one after the other, as soon as each budget lets go.

    The node stays open, for it may be the only one; so the primary has nowhere to go, and its budget must hold.
    """
    primary = target.primary()["metadata"]["name"]
    for namespace in (FUNCTIONS, SOURCE, _GATEWAY, DATABASE):
        for pod in target.cluster.list("pods", namespace):
            name = pod["metadata"]["name"]
            if name != primary:
                _evict(target, namespace, name)
    try:
        _evict_now(target, DATABASE, primary)
        target.found.append("the primary was let go")
    except ClusterError as refused:
        if _BUDGET not in str(refused):
            raise


def _evict(target: ClusterTarget, namespace: str, name: str) -> None:
    """Ask until the budget allows it."""
    begun = time.monotonic()
    while True:
        try:
            return _evict_now(target, namespace, name)
        except ClusterError as refused:
            if "not found" in str(refused):
                return None
            if _BUDGET not in str(refused):
                raise
            if time.monotonic() - begun > _EVICTED_S_MAX:
                raise ClusterError(
                    f"its budget kept {namespace}/{name} for {_EVICTED_S_MAX} s; "
                    "`make operators` gives Kourier's gateway one that lets it go"
                ) from None
        time.sleep(1)


def _evict_now(target: ClusterTarget, namespace: str, name: str) -> None:
    metadata = {"name": name, "namespace": namespace}
    target.cluster.run(
        "create", "--raw", f"/api/v1/namespaces/{namespace}/pods/{name}/eviction", "-f", "-",
        stdin=json.dumps({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}),
    )  # fmt: skip


FAULTS = (
    Fault("pod_deleted", "one pod of query: deleted", "0 failed", _delete, after_s=10),
    Fault(
        "server_killed",
        "the server in one pod of query: SIGKILL",
        f"at most those in flight ({_IN_FLIGHT}), clean within 2 s",
        _kill_server,
        after_s=10,
        failed_max=_IN_FLIGHT,
        clean_after_s=2,
    ),
    Fault(
        "container_killed",
        "the first container of one pod of query, all its processes: SIGKILL",
        f"at most those in flight ({_IN_FLIGHT}), clean within 2 s",
        _kill_container,
        after_s=20,
        failed_max=_IN_FLIGHT,
        clean_after_s=2,
    ),
    Fault(
        "spare_killed",
        "the spare container of one pod of query: SIGKILL",
        "0 failed",
        partial(_kill_container, name=_SPARE),
        after_s=20,
    ),
    Fault(
        "pods_lost",
        "one pod of query: SIGKILL and deleted, four rounds",
        f"at most those in flight ({_IN_FLIGHT} each), clean within 2 s",
        _kill_in_rounds,
        after_s=10,
        failed_max=_IN_FLIGHT * ROUNDS,
        clean_after_s=2,
    ),
    Fault("drain", "everything evicted, pod by pod", "0 failed, budgets respected", _drain, after_s=20),
)
