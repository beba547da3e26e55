"""From a cluster with operators to a system that answers."""

from __future__ import annotations

import time
from typing import Any

import requests

from infra.cluster import database, functions
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import DATABASE, FUNCTIONS, SOURCE
from tests.e2e.conftest import Make, Record
from tests.e2e.gateway import Gateway
from tests.e2e.volumes import free_released
from tests.e2e.waiting import eventually

NAMESPACES = {DATABASE: "restricted", FUNCTIONS: "restricted", SOURCE: "baseline"}


def test_make_up_installs_the_whole_system_from_nothing(make: Make, cluster: Kubectl, record: Record) -> None:
    make("down", PURGE="yes")
    free_released(cluster)
    make("operators")
    begun = time.monotonic()
    record(make("up"))
    record(f"make up: {time.monotonic() - begun:.0f} s")
    record(make("doctor"))


def test_make_up_again_changes_no_data_and_ends_well(make: Make, record: Record) -> None:
    begun = time.monotonic()
    make("up")
    record(f"make up, once more: {time.monotonic() - begun:.0f} s")


def test_query_has_two_pods_and_the_activator_is_out_of_the_path(cluster: Kubectl, record: Record) -> None:
    revision = _revision(cluster, "query")

    def mode() -> str:
        found = cluster.get("serverlessservices.networking.internal.knative.dev", revision, FUNCTIONS) or {}
        return str(found.get("spec", {}).get("mode"))

    eventually(lambda: mode() == "Serve", 120, 2)
    pods = cluster.list("pods", FUNCTIONS, f"serving.knative.dev/revision={revision}")
    assert len(pods) == 2
    record(f"{revision}: {len(pods)} pods, ServerlessService mode {mode()}")


def test_the_gateway_answers_with_the_state_of_the_data(gateway: Gateway, record: Record) -> None:
    eventually(lambda: gateway.get("/status").status_code == 200, 60)
    record(gateway.get("/status").text)


def test_ingest_is_not_reachable_from_outside(gateway: Gateway) -> None:
    answer = requests.get(
        f"http://{gateway.host}:{gateway.port}/files", headers={"Host": gateway.name_of("ingest")}, timeout=10
    )
    assert answer.status_code == 404


def test_three_instances_replicate_and_one_standby_confirms(cluster: Kubectl, record: Record) -> None:
    state = (cluster.get(database.KIND, database.NAME, DATABASE) or {})["status"]
    assert state["readyInstances"] == 3
    sql = "SELECT application_name, state, sync_state FROM pg_stat_replication ORDER BY 1"
    seen = _psql(cluster, state["currentPrimary"], sql)
    assert seen.count("streaming") == 2
    assert seen.count("quorum") == 2
    record(seen)


def test_the_functions_speak_tls_to_the_database(cluster: Kubectl, record: Record) -> None:
    primary = (cluster.get(database.KIND, database.NAME, DATABASE) or {})["status"]["currentPrimary"]
    sql = "SELECT DISTINCT usename, ssl, version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename LIKE 'movie_%'"
    seen = "".join(
        _psql(cluster, pod["metadata"]["name"], sql)
        for pod in cluster.list("pods", DATABASE, "cnpg.io/cluster=movie-db-cluster")
    )
    assert "movie_query|t|TLSv1.3" in seen
    assert "|f|" not in seen
    record(f"primary {primary}\n{seen}")


def test_every_namespace_enforces_its_pod_security_standard(cluster: Kubectl, record: Record) -> None:
    for name, standard in NAMESPACES.items():
        labels = (cluster.get("namespace", name) or {})["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == standard
        running = [
            pod["metadata"]["name"]
            for pod in cluster.list("pods", name)
            if pod["status"]["phase"] == "Running"
        ]
        assert running
        record(f"{name}: {standard}, {len(running)} pods run")


def test_a_function_cannot_write_to_its_image_and_finds_no_compiler(cluster: Kubectl, record: Record) -> None:
    for name in functions.NAMES:
        selector = f"serving.knative.dev/revision={_revision(cluster, name)}"
        pods = cluster.list("pods", FUNCTIONS, selector)
        context = pods[0]["spec"]["containers"][0]["securityContext"] if pods else {}
        if not pods:
            continue
        assert context["readOnlyRootFilesystem"]
        pod = pods[0]["metadata"]["name"]
        script = "import os,shutil;print(os.getuid(),[shutil.which(n) for n in ('cc','gcc','make','go')],os.access('/func',os.W_OK))"
        seen = cluster.run(
            "exec", "-n", FUNCTIONS, pod, "-c", "user-container", "--", "python", "-c", script
        ).strip()
        assert seen == "1000 [None, None, None, None] False"
        record(f"{name}: user, compilers, may write: {seen}")


def test_the_images_are_small(cluster: Kubectl, record: Record) -> None:
    for name in functions.NAMES:
        service = cluster.get(functions.KIND, name, FUNCTIONS) or {}
        image = service["spec"]["template"]["spec"]["containers"][0]["image"]
        registry, _, rest = image.partition("/")
        repository, _, digest = rest.partition("@")
        index = _manifest(registry, repository, digest)
        manifest = (
            _manifest(registry, repository, index["manifests"][0]["digest"])
            if "manifests" in index
            else index
        )
        sizes = [layer["size"] / 1e6 for layer in manifest["layers"]]
        record(f"{name}: {sum(sizes):.0f} MB compressed, of which the base {sizes[0]:.0f} MB")


def _manifest(registry: str, repository: str, digest: str) -> dict[str, Any]:
    kinds = ("image.index.v1", "image.manifest.v1")
    accept = ", ".join(f"application/vnd.oci.{kind}+json" for kind in kinds)
    accept += ", application/vnd.docker.distribution.manifest.v2+json"
    url = f"http://{registry}/v2/{repository}/manifests/{digest}"
    found: dict[str, Any] = requests.get(url, headers={"Accept": accept}, timeout=10).json()
    return found


def _revision(cluster: Kubectl, name: str) -> str:
    return str((cluster.get(functions.KIND, name, FUNCTIONS) or {})["status"]["latestReadyRevisionName"])


def _psql(cluster: Kubectl, pod: str, sql: str) -> str:
    return cluster.run("exec", "-n", DATABASE, pod, "-c", "postgres", "--", "psql", "-At", "movie", "-c", sql)
