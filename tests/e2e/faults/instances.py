"""Instances of PostgreSQL that go; what is done about it is the operator's, and nobody helps."""

from __future__ import annotations

import json
import time

from infra.cluster import database
from infra.cluster.kubectl import Object
from infra.cluster.secrets import DATABASE
from tests.e2e.faults import killing
from tests.e2e.faults.target import ClusterTarget
from tests.faults.fault import Fault

_EXPECTED = "reads 0 failed, writes resume, no file lost"


def _kill_primary(target: ClusterTarget) -> None:
    killing.kill(target.cluster, target.primary())


def _kill_standby(target: ClusterTarget) -> None:
    killing.kill(target.cluster, _standbys(target)[0])


def _kill_all(target: ClusterTarget) -> None:
    for pod in (target.primary(), *_standbys(target)):
        killing.kill(target.cluster, pod)


def _switch_over(target: ClusterTarget) -> None:
    """As `kubectl cnpg promote` does."""
    chosen = _standbys(target)[0]["metadata"]["name"]
    status = {
        "targetPrimary": chosen,
        "targetPrimaryTimestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()),
        "phase": "Switchover in progress",
        "phaseReason": f"Switching over to {chosen}",
    }
    target.cluster.run(
        "patch", database.KIND, database.NAME, "-n", DATABASE, "--subresource=status",
        "--type=merge", "-p", json.dumps({"status": status}),
    )  # fmt: skip


def _standbys(target: ClusterTarget) -> list[Object]:
    return target.cluster.list("pods", DATABASE, "cnpg.io/instanceRole=replica")


FAULTS = (
    Fault(
        "primary_killed", "PostgreSQL primary: SIGKILL and deleted", _EXPECTED, _kill_primary,
        lasts_s=5, after_s=30,
    ),
    Fault("switchover", "PostgreSQL switchover", _EXPECTED, _switch_over, lasts_s=5, after_s=30),
    Fault(
        "standby_killed", "PostgreSQL standby: SIGKILL and deleted", _EXPECTED, _kill_standby,
        lasts_s=5, after_s=30,
    ),
    Fault(
        "instances_killed",
        "PostgreSQL, all three instances: SIGKILL and deleted",
        "kept answers 200, others 503 within 1 s, whole 5 s after, no file lost",
        _kill_all,
        cure=ClusterTarget.wait_until_ready,
        lasts_s=5,
        after_s=10,
        refuses="fresh",
    ),
)  # fmt: skip
