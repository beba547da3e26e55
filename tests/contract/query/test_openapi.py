"""The OpenAPI document itself: valid, and true to what the service has."""

import re

import yaml
from openapi_spec_validator import validate
from query import contract
from query.service import Service
from query.settings import Settings

DOCUMENT = yaml.safe_load(contract.DOCUMENT.read_text())


def test_the_document_is_valid_openapi_3_1():
    assert DOCUMENT["openapi"].startswith("3.1")
    validate(DOCUMENT)


def test_every_operation_is_read_only():
    assert {method for item in DOCUMENT["paths"].values() for method in item} == {"get"}


def test_every_parameter_has_bounds():
    for path in DOCUMENT["paths"]:
        route, _ = contract.load().match(path)
        for parameter in (*route.query_parameters.values(), *filter(None, [route.path_parameter])):
            bounds = {"integer": ["maximum"], "string": ["maxLength", "enum"], "boolean": ["type"]}
            assert set(bounds[parameter.schema["type"]]) & parameter.schema.keys(), (path, parameter.name)
            assert parameter.allowed


def test_every_route_of_movies_has_an_operation_in_the_service_and_the_other_way_round():
    service = Service(Settings.from_environment({"DATABASE_URL": "host=127.0.0.1 port=1 connect_timeout=1"}))
    of_movies = {
        item["get"]["operationId"] for item in DOCUMENT["paths"].values() if "movies" in item["get"]["tags"]
    }
    assert of_movies == set(service._reads.operations)


def test_every_parameter_header_and_media_type_has_an_example():
    components = DOCUMENT["components"]
    in_paths = [
        parameter
        for item in DOCUMENT["paths"].values()
        for parameter in item["get"].get("parameters", ())
        if "$ref" not in parameter
    ]
    media_types = [
        media for each in components["responses"].values() for media in each.get("content", {}).values()
    ]
    described = [*components["parameters"].values(), *in_paths, *components["headers"].values(), *media_types]
    assert [each for each in described if "example" not in each] == []


def test_the_document_needs_no_yaml_of_its_own():
    """Anchors and merges are understood by few readers of OpenAPI."""
    assert not re.search(r"^[^'\"#]*(<<:|[:-] [&*][a-zA-Z])", contract.DOCUMENT.read_text(), re.MULTILINE)
