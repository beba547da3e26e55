"""What no manifest of ours may do, whatever the schemas allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from local.settings import ROOT
from tests.contract.infra.built import COMPONENTS, FOLDERS, Object, objects

EVERYTHING = [*FOLDERS, *COMPONENTS]
FUNCTIONS = {
    name: yaml.safe_load((ROOT / f"functions/{name}/func.yaml").read_text()) for name in ("query", "ingest")
}


def pods(folder: str) -> Iterator[Object]:
    """Every pod that a manifest of the folder describes."""
    for each in objects(folder):
        template = each.get("spec", {}).get("template", {}) if each["kind"] != "IntegrationSource" else {}
        if "containers" in template.get("spec", {}):
            yield template["spec"]


def images(folder: str) -> Iterator[str]:
    for each in objects(folder):
        if each["kind"] == "Cluster":
            yield each["spec"]["imageName"]
    # `make migrate` puts the digest: without one the name stands alone.
    yield from (c["image"] for pod in pods(folder) for c in pod["containers"] if c["image"] != "movie-ingest")


@pytest.mark.parametrize("folder", EVERYTHING)
def test_no_image_is_latest(folder: str) -> None:
    for image in images(folder):
        tag = image.rpartition("/")[2].partition(":")[2]
        assert tag not in ("", "latest"), image


@pytest.mark.parametrize("folder", EVERYTHING)
def test_every_container_has_requests_and_limits(folder: str) -> None:
    wanted = [c["resources"] for pod in pods(folder) for c in pod["containers"]]
    wanted += [each["spec"]["resources"] for each in objects(folder) if each["kind"] == "Cluster"]
    for resources in wanted:
        assert {"cpu", "memory"} <= resources["requests"].keys() & resources["limits"].keys()


@pytest.mark.parametrize("folder", EVERYTHING)
def test_no_pod_has_a_privilege(folder: str) -> None:
    for pod in pods(folder):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
        assert not any("hostPath" in volume for volume in pod.get("volumes", ()))
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["readOnlyRootFilesystem"] is True
            assert context["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("folder", EVERYTHING)
def test_no_secret_and_no_right_is_in_a_manifest(folder: str) -> None:
    kinds = {each["kind"] for each in objects(folder)}
    assert not kinds & {"Secret", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}


@pytest.mark.parametrize("folder", EVERYTHING)
def test_every_service_account_is_without_a_token(folder: str) -> None:
    for each in objects(folder):
        if each["kind"] == "ServiceAccount":
            assert each["automountServiceAccountToken"] is False, each["metadata"]


@pytest.mark.parametrize("folder", ["knative/overlays/microk8s", "postgres/overlays/default"])
def test_every_namespace_enforces_a_standard_and_denies_by_default(folder: str) -> None:
    for namespace in (each for each in objects(folder) if each["kind"] == "Namespace"):
        name = namespace["metadata"]["name"]
        standard = namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        assert standard == ("baseline" if name == "movie-events" else "restricted")
        denying = [
            each["spec"]
            for each in objects(folder)
            if each["kind"] == "NetworkPolicy"
            and each["metadata"] | {"namespace": name} == each["metadata"]
            and each["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        ]
        assert len(denying) == 1


@pytest.mark.parametrize("overlay", ["microk8s", "aws", "kafka", "lab"])
def test_an_overlay_never_weakens_what_the_base_says_of_namespaces(overlay: str) -> None:
    def spaces(folder: str) -> list[Any]:
        return [each for each in objects(folder) if each["kind"] == "Namespace"]

    assert spaces(f"knative/overlays/{overlay}") == spaces("knative/base")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_names_its_limits_its_account_and_its_probes(name: str) -> None:
    deploy = FUNCTIONS[name]["deploy"]
    resources = deploy["options"]["resources"]
    assert {"cpu", "memory"} <= resources["requests"].keys() & resources["limits"].keys()
    assert resources["limits"]["concurrency"] > 0
    assert deploy["serviceAccountName"] == name
    assert deploy["options"]["scale"]["max"] > 0
    assert deploy["healthEndpoints"] == {"liveness": "/health/liveness", "readiness": "/health/readiness"}


def test_query_is_never_without_a_pod_and_the_activator_leaves_its_path() -> None:
    options = FUNCTIONS["query"]["deploy"]["options"]
    assert options["scale"]["min"] >= 2
    # Spare room of two pods at this target is more than Knative's target burst capacity of 211.
    assert 2 * options["scale"]["target"] > 211


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_value_of_a_secret_is_in_func_yaml(name: str) -> None:
    for env in FUNCTIONS[name]["run"]["envs"]:
        assert env["value"].startswith(("{{ secret:", "{{ configMap:")), env
