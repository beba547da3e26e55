"""First byte through gateway and queue-proxy at a steady rate: query beside a bare service, in turns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.cluster import functions
from infra.cluster.kubectl import Kubectl, Object
from infra.cluster.manifests import config_map
from infra.cluster.secrets import FUNCTIONS
from infra.cluster.waiting import reason_not_ready, wait_until
from local.settings import ROOT
from tests.bench.histogram import Histogram
from tests.bench.openloop import Plan, run_apart
from tests.e2e.conftest import Record
from tests.e2e.gateway import Gateway

BARE, NAMESPACE = "bare", "movie-bare"
RATE, SECONDS, TURNS = 50, 20, 3
PATHS = [
    "/movies?limit=10",
    "/movies/year/1999",
    "/movies?genre=Drama&limit=20",
    "/movies?cast=Natalya&limit=5",
]


@pytest.fixture
def bare(cluster: Kubectl, gateway: Gateway) -> Iterator[str]:
    """The bare service beside query: same image, limits, gateway and queue-proxy."""
    size = len(gateway.get(PATHS[0]).content)
    program = (ROOT / "tests/e2e/bare.py").read_text()
    cluster.apply_object({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    cluster.apply_object(config_map(BARE, NAMESPACE, {"bare.py": program}))
    cluster.apply_object(_service(cluster.get(functions.KIND, "query", FUNCTIONS) or {}, size))
    wait_until(BARE, lambda: reason_not_ready(cluster.get(functions.KIND, BARE, NAMESPACE)), 180)
    yield BARE
    cluster.delete("namespace", NAMESPACE, "")


def test_the_function_adds_little_to_what_the_path_takes(gateway: Gateway, bare: str, record: Record) -> None:
    seen = {"query": Histogram(), bare: Histogram()}
    for _ in range(TURNS):
        for name, histogram in seen.items():
            paths = PATHS if name == "query" else ["/"]
            plan = Plan(
                gateway.port,
                paths,
                RATE,
                SECONDS,
                host=gateway.name_of(name, FUNCTIONS if name == "query" else NAMESPACE),
                connections=8,
            )
            result = run_apart(plan)
            assert set(result.statuses) == {"200"}, result.statuses
            assert result.unanswered == 0
            histogram.add(result.histogram)
    record(f"{RATE} requests a second, {TURNS} turns of {SECONDS} s each, milliseconds to the first byte")
    record(f"{'':8} {'median':>8} {'95 %':>8} {'99 %':>8} {'99.9 %':>8}")
    for name, histogram in seen.items():
        values = " ".join(f"{histogram.quantile(share) * 1000:8.2f}" for share in (0.5, 0.95, 0.99, 0.999))
        record(f"{name:8} {values}")
    own = (seen["query"].quantile(0.5) - seen[bare].quantile(0.5)) * 1000
    record(f"the function's own cost at the median: {own:.2f} ms")


def _service(query: Object, size: int) -> Object:
    template = query["spec"]["template"]
    container = {
        **{key: template["spec"]["containers"][0][key] for key in ("image", "resources", "securityContext")},
        "command": ["python", "/bare/bare.py", str(size)],
        "volumeMounts": [{"name": "bare", "mountPath": "/bare"}],
    }
    keys = ("min-scale", "max-scale", "metric", "target")
    annotations = {
        f"autoscaling.knative.dev/{key}": template["metadata"]["annotations"][
            f"autoscaling.knative.dev/{key}"
        ]
        for key in keys
    }
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {"name": BARE, "namespace": NAMESPACE},
        "spec": {
            "template": {
                "metadata": {"annotations": annotations},
                "spec": {
                    "containerConcurrency": template["spec"]["containerConcurrency"],
                    "containers": [container],
                    "volumes": [{"name": "bare", "configMap": {"name": BARE}}],
                },
            }
        },
    }
