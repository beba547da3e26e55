"""Pods that go: told to, without being told, and as a drain of their node sends them away."""

from __future__ import annotations

import json
import time

from infra.cluster.errors import ClusterError
from infra.cluster.secrets import DATABASE, FUNCTIONS, SOURCE
from tests.e2e.faults.target import ClusterTarget
from tests.faults.fault import Fault

_GATEWAY = "kourier-system"
_EVICTED_S_MAX = 180
_BUDGET = "disruption budget"


def _delete(target: ClusterTarget) -> None:
    _delete_pod(target, FUNCTIONS, _one_of_query(target))


def _kill(target: ClusterTarget) -> None:
    _delete_pod(target, FUNCTIONS, _one_of_query(target), "--grace-period=0", "--force")


def _kill_primary(target: ClusterTarget) -> None:
    _delete_pod(target, DATABASE, target.primary(), "--grace-period=0", "--force")


def _switch_over(target: ClusterTarget) -> None:
    """As `kubectl cnpg promote` does."""
    pods = target.cluster.list("pods", DATABASE, "cnpg.io/instanceRole=replica")
    moment = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
    status = {
        "targetPrimary": pods[0]["metadata"]["name"],
        "targetPrimaryTimestamp": moment,
        "phase": "Switchover in progress",
        "phaseReason": f"Switching over to {pods[0]['metadata']['name']}",
    }
    target.cluster.run(
        "patch", "clusters.postgresql.cnpg.io", "movie-db-cluster", "-n", DATABASE, "--subresource=status",
        "--type=merge", "-p", json.dumps({"status": status}),
    )  # fmt: skip


def _drain(target: ClusterTarget) -> None:
    """Evict what is ours and the gateway, one after the other, as soon as each budget lets go.

    The node stays open, for it may be the only one; so the primary has nowhere to go, and its budget must hold.
    """
    primary = target.primary()
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
            if _BUDGET not in str(refused) or time.monotonic() - begun > _EVICTED_S_MAX:
                raise
        time.sleep(1)


def _evict_now(target: ClusterTarget, namespace: str, name: str) -> None:
    metadata = {"name": name, "namespace": namespace}
    target.cluster.run(
        "create", "--raw", f"/api/v1/namespaces/{namespace}/pods/{name}/eviction", "-f", "-",
        stdin=json.dumps({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}),
    )  # fmt: skip


def _one_of_query(target: ClusterTarget) -> str:
    return str(target.query_pods()[0]["metadata"]["name"])


def _delete_pod(target: ClusterTarget, namespace: str, name: str, *options: str) -> None:
    target.cluster.run("delete", "pod", name, "-n", namespace, "--wait=false", *options)


FAULTS = (
    Fault("pod_deleted", "one pod of query: deleted", "0 failed", _delete, after_s=10),
    Fault(
        "pod_killed",
        "one pod of query: deleted without a grace",
        "at most those in flight (5), clean within 2 s",
        _kill,
        after_s=10,
        failed_max=5,
        clean_after_s=2,
    ),
    Fault("drain", "everything evicted, pod by pod", "0 failed, budgets respected", _drain, after_s=20),
    Fault(
        "primary_killed",
        "PostgreSQL primary: deleted without a grace",
        "reads 0 failed, writes resume, no file lost",
        _kill_primary,
        lasts_s=5,
        after_s=30,
    ),
    Fault(
        "switchover",
        "PostgreSQL switchover",
        "reads 0 failed, writes resume, no file lost",
        _switch_over,
        lasts_s=5,
        after_s=30,
    ),
)
