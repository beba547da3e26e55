"""The roads that the NetworkPolicies name work; others are refused, where the cluster's network enforces policies."""

from __future__ import annotations

import pytest

from infra.cluster import forwarding
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import DATABASE, FUNCTIONS
from tests.e2e.conftest import Record
from tests.e2e.settings import Settings

DATABASE_PORT = ("movie-db-cluster-rw.movie-db.svc", 5432)
BROKER_PORT = ("broker-ingress.knative-eventing.svc", 80)


def test_the_roads_that_are_named_work(cluster: Kubectl, settings: Settings, record: Record) -> None:
    forwarding.wake(cluster, "ingest")
    for name, where in (
        ("query", DATABASE_PORT),
        ("ingest", DATABASE_PORT),
        ("ingest", BROKER_PORT),
        ("ingest", (settings.aws_host, settings.aws_port)),
    ):
        assert _reaches(cluster, name, *where), (name, where)
        record(f"{name} reaches {where[0]}:{where[1]}")


def test_other_roads_are_refused(cluster: Kubectl, record: Record) -> None:
    forwarding.wake(cluster, "ingest")
    forbidden = {
        "query": BROKER_PORT,
        "ingest": (_address_of(cluster, "query"), 8012),
        "database": BROKER_PORT,
    }
    open_ = {name for name, where in forbidden.items() if _reaches(cluster, name, *where)}
    if open_ == forbidden.keys():
        pytest.skip("this cluster's network enforces no NetworkPolicy: nothing is refused")
    assert open_ == set()
    for name, where in forbidden.items():
        record(f"{name} does not reach {where[0]}:{where[1]}")


def test_a_privileged_pod_is_refused(cluster: Kubectl, record: Record) -> None:
    security = '{"spec":{"containers":[{"name":"x","image":"x","securityContext":{"privileged":true}}]}}'
    for namespace in ("movie-db", "movie-data", "movie-events"):
        with pytest.raises(Exception, match="violates PodSecurity") as refused:
            cluster.run(
                "run", "x", "--image=x", "-n", namespace, "--dry-run=server", f"--overrides={security}"
            )
        record(f"{namespace}: {str(refused.value)[:140]}")


def _pod(cluster: Kubectl, name: str) -> dict[str, dict[str, str]]:
    pods = cluster.list("pods", FUNCTIONS, f"serving.knative.dev/service={name}")
    ready = [
        pod
        for pod in pods
        if "deletionTimestamp" not in pod["metadata"] and pod["status"]["phase"] == "Running"
    ]
    return ready[0]


def _address_of(cluster: Kubectl, name: str) -> str:
    return _pod(cluster, name)["status"]["podIP"]


def _reaches(cluster: Kubectl, name: str, host: str, port: int) -> bool:
    if name == "database":
        pod, container = ("-n", DATABASE, "movie-db-cluster-1"), "postgres"
        program = (
            "bash",
            "-c",
            f"timeout 3 bash -c '</dev/tcp/{host}/{port}' 2>/dev/null && echo yes || echo no",
        )
    else:
        pod, container = ("-n", FUNCTIONS, _pod(cluster, name)["metadata"]["name"]), "user-container"
        script = (
            "import socket\n"
            f"try: socket.create_connection(({host!r}, {port}), timeout=3).close(); print('yes')\n"
            "except OSError: print('no')"
        )
        program = ("python", "-c", script)
    return cluster.run("exec", *pod, "-c", container, "--", *program).strip() == "yes"
