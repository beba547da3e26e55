"""What is added to the functions after `func deploy`, at the first deployment and at later ones."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import yaml

from infra.cluster import functions
from local.settings import ROOT
from tests.contract.infra.built import Object

NAMES = ("query", "ingest")


def deployed(name: str, image: str, before: Object | None = None) -> Object:
    """A Service as func makes it, or as it changes what is there: the first container, and that one's image."""
    declared = yaml.safe_load((ROOT / f"functions/{name}/func.yaml").read_text())
    if before is None:
        probes = {
            f"{kind}Probe": {"httpGet": {"path": path}}
            for kind, path in declared["deploy"]["healthEndpoints"].items()
        }
        first = {
            "env": declared["run"]["envs"],
            "securityContext": {"allowPrivilegeEscalation": False},
            "resources": declared["deploy"]["options"]["resources"],
            **probes,
        }
        before = {"spec": {"template": {"spec": {"containers": [first]}}}}
    service = deepcopy(before)
    containers(service)[0]["image"] = image
    return service


def containers(service: Object) -> list[Object]:
    return service["spec"]["template"]["spec"]["containers"]


def patched(name: str, service: Object) -> Object:
    """With the JSON patch (RFC 6902) that `make deploy-NAME` sends; as strict as a server."""
    made = deepcopy(service)
    for change in functions.after_func(name, service):
        place, last = _place(made, change["path"])
        if change["op"] == "remove":
            del place[last]
            continue
        if change["op"] == "copy":
            source, key = _place(made, change["from"])
            value = deepcopy(source[key])
        else:
            value = change["value"]
        if isinstance(place, list):
            place.insert(last, value)
        else:
            place[last] = value
    return made


def _place(document: Any, path: str) -> tuple[Any, Any]:
    """The object or list that a path ends in, and the key or index there."""
    *steps, last = path.removeprefix("/").split("/")
    for step in steps:
        document = document[int(step) if isinstance(document, list) else step]
    if isinstance(document, list):
        return document, len(document) if last == "-" else int(last)
    return document, last


@pytest.mark.parametrize("name", NAMES)
def test_no_container_may_write_where_it_runs_from(name: str) -> None:
    for each in containers(patched(name, deployed(name, "registry/one"))):
        assert each["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_image_again_changes_nothing(name: str) -> None:
    """Else each `make up` would replace every pod."""
    once = patched(name, deployed(name, "registry/one"))
    assert patched(name, deployed(name, "registry/one", once)) == once


def test_a_new_image_is_that_of_the_spare_container_too() -> None:
    once = patched("query", deployed("query", "registry/one"))
    again = patched("query", deployed("query", "registry/two", once))
    assert [each["image"] for each in containers(again)] == ["registry/two"] * 2


def test_the_spare_container_has_what_the_first_one_has_but_port_and_probes() -> None:
    """Knative takes a port and probes of one container only."""
    first, spare = containers(patched("query", deployed("query", "registry/one")))
    assert spare.pop("name") == "spare"
    assert spare["env"].pop() == {"name": "QUERY_SPARE", "value": "yes"}
    assert spare["resources"].pop("requests") != first["resources"].pop("requests")
    assert first.pop("ports") == [{"containerPort": 8080}]
    probes = {name: first.pop(name) for name in list(first) if name.endswith("Probe")}
    assert probes.keys() == {"startupProbe", "livenessProbe", "readinessProbe"}
    assert spare == first


def test_a_pod_of_query_that_starts_again_takes_no_traffic_before_it_can_answer() -> None:
    """Knative moves the readiness probe to queue-proxy, which would call a container ready that has only begun."""
    first, _ = containers(patched("query", deployed("query", "registry/one")))
    assert first["startupProbe"]["httpGet"]["path"] == first["readinessProbe"]["httpGet"]["path"]
    assert first["startupProbe"]["periodSeconds"] == 1
