"""Every manifest is built by kustomize and fits the schema of its kind, in the versions that are installed."""

from __future__ import annotations

import jsonschema
import kubernetes_validate
import pytest
import yaml

from infra.cluster.checks import KUBERNETES_MIN
from tests.contract.infra.built import COMPONENTS, FOLDERS, INFRA, objects
from tests.contract.infra.schemas import custom_resources

EVERYTHING = [*FOLDERS, *COMPONENTS]


def is_own(api_version: str) -> bool:
    """Whether Kubernetes itself defines the kind."""
    group = api_version.rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


@pytest.mark.parametrize("folder", EVERYTHING)
def test_kustomize_builds_it(folder: str) -> None:
    assert objects(folder)


@pytest.mark.parametrize("folder", EVERYTHING)
def test_what_kubernetes_defines_fits_its_oldest_supported_version(folder: str) -> None:
    version = ".".join(map(str, KUBERNETES_MIN))
    for each in objects(folder):
        if is_own(each["apiVersion"]) and not _is_partial(folder):
            kubernetes_validate.validate(each, version, strict=True)


@pytest.mark.parametrize("folder", EVERYTHING)
def test_what_the_operators_define_fits_their_pinned_versions(folder: str) -> None:
    schemas = custom_resources()
    for each in objects(folder):
        kind = (each["apiVersion"], each["kind"])
        if not is_own(each["apiVersion"]):
            jsonschema.Draft7Validator(schemas[kind]).validate(each)


@pytest.mark.parametrize("folder", [each for each in EVERYTHING if not each.startswith("network")])
def test_every_object_names_its_namespace(folder: str) -> None:
    """Else it would land in whichever namespace the caller happens to be in."""
    for each in objects(folder):
        if each["kind"] not in ("Namespace", "ClusterDomainClaim"):
            assert each["metadata"].get("namespace"), f"{each['kind']} {each['metadata']['name']}"


def test_the_schemas_are_those_of_the_releases_that_are_installed() -> None:
    releases = {
        each["name"]: each["version"] for each in yaml.safe_load((INFRA / "operators.yaml").read_text())
    }
    modules = [
        each["module"]
        for each in yaml.safe_load((INFRA.parent / "tests/contract/infra/schemas.yaml").read_text())
    ]
    assert f"github.com/cloudnative-pg/cloudnative-pg@v{releases['CloudNativePG']}" in modules
    assert f"github.com/cloudnative-pg/plugin-barman-cloud@{releases['Barman Cloud plugin']}" in modules
    # Knative 1.N is made of modules 0.(N+27), for reasons of its own.
    for name in ("Serving", "Eventing"):
        minor = int(releases[f"Knative {name}"].split(".")[1]) + 27
        assert f"knative.dev/{name.lower()}@v0.{minor}.0" in modules


def _is_partial(folder: str) -> bool:
    """What is applied onto objects of others holds only the fields that it sets."""
    return folder.startswith("knative/platform")
