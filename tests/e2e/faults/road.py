"""What files come by, killed with what it holds, while files arrive."""

from __future__ import annotations

from infra.cluster import forwarding
from infra.cluster.kubectl import Object
from infra.cluster.secrets import FUNCTIONS, SOURCE
from local import events
from tests.e2e.faults import killing
from tests.e2e.faults.target import ClusterTarget, is_ready
from tests.e2e.settings import BROKER, BROKER_NAMESPACE
from tests.faults.fault import Fault
from tests.support.waiting import wait_until

_READY_S_MAX = 180


def _kill_ingest(target: ClusterTarget) -> None:
    forwarding.wake(target.cluster, "ingest")
    for pod in target.cluster.list("pods", FUNCTIONS, "serving.knative.dev/service=ingest"):
        killing.kill(target.cluster, pod)


def _kill_road(target: ClusterTarget) -> None:
    for pod in _road(target):
        killing.kill(target.cluster, pod)


def _reconcile(target: ClusterTarget) -> None:
    """Once the road is there again, what the cluster does every ten minutes."""
    wait_until(lambda: all(map(is_ready, _road(target))), _READY_S_MAX, 1)
    with forwarding.function(target.cluster, "ingest") as port:
        events.reconcile(f"http://127.0.0.1:{port}")


def _road(target: ClusterTarget) -> list[Object]:
    pods = target.cluster.list("pods", BROKER_NAMESPACE)
    return [pod for pod in pods if pod["metadata"]["name"].startswith(BROKER)] + target.cluster.list(
        "pods", SOURCE
    )


FAULTS = (
    Fault(
        "ingest_killed",
        "ingest: SIGKILL and deleted, while files arrive",
        "reads 0 failed, all files within 60 s",
        _kill_ingest,
        lasts_s=5,
    ),
    Fault(
        "road_killed",
        "source and Broker: SIGKILL and deleted, while files arrive; then reconcile",
        "reads 0 failed, all files within 60 s",
        _kill_road,
        _reconcile,
        lasts_s=5,
    ),
)
