"""The OpenAPI document at work: which route a path means, what it takes and what it gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from query.errors import BadRequest, InvalidParameter, NoSuchRoute
from query.parameters import Parameter, texts_of

DOCUMENT = Path(__file__).parent / "openapi.yaml"


@dataclass(frozen=True)
class Route:
    """One path of the contract."""

    operation: str
    media_types: tuple[str, ...]  # of a 200, the one for those who do not mind first
    path_parameter: Parameter | None
    query_parameters: Mapping[str, Parameter]

    @property
    def takes_slashes(self) -> bool:
        schema = self.path_parameter.schema if self.path_parameter else {}
        return schema.get("type") == "string" and "format" not in schema

    def given(self, path_value: str | None, query: str) -> dict[str, Any]:
        """The value of every parameter that is given: in the path, in the query string. Raises BadRequest."""
        values: dict[str, Any] = {}
        for name, texts in texts_of(query).items():
            parameter = self.query_parameters.get(name)
            if parameter is None:
                raise BadRequest(
                    f"There is no parameter '{name[:100]}' here.",
                    parameter=name[:100],
                    value=texts[0][:100],
                    allowed=", ".join(self.query_parameters) or "no parameters",
                )
            values[name] = parameter.parse_all(texts)
        for name in self.required:
            if name not in values:
                raise InvalidParameter(name, "", self.query_parameters[name].allowed)
        if self.path_parameter is not None and path_value is not None:
            values[self.path_parameter.name] = self.path_parameter.parse(path_value)
        return values

    # The document stays as it is: what follows from it is found once.

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of the parameters in the query string that must be given."""
        return tuple(each.name for each in self.query_parameters.values() if each.required)

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The values of parameters that are not given, of those that have one."""
        parameters = self.query_parameters.values()
        return {each.name: each.default for each in parameters if each.default is not None}


class Contract:
    """The routes of the document, by path."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._exact: dict[str, Route] = {}
        self._prefixed: list[tuple[str, Route]] = []
        for path, item in document["paths"].items():
            route = self._route(item["get"])
            head, brace, _ = path.partition("{")
            if brace:
                self._prefixed.append((head, route))
            else:
                self._exact[path] = route
        self._prefixed.sort(key=lambda pair: -len(pair[0]))

    def match(self, path: str) -> tuple[Route, str | None]:
        """The route of a decoded path and the value of its parameter; NoSuchRoute where there is none.

        A name takes the rest of the path: titles may hold a slash.
        """
        route = self._exact.get(path)
        if route is not None:
            return route, None
        for head, prefixed in self._prefixed:
            value = path.removeprefix(head)
            if value and value != path and (prefixed.takes_slashes or "/" not in value):
                return prefixed, value
        raise NoSuchRoute("Nothing is served at this path; /openapi.json lists what is.")

    def _route(self, operation: Mapping[str, Any]) -> Route:
        parameters = [self._resolve(each) for each in operation.get("parameters", ())]
        in_path = [self._parameter(each) for each in parameters if each["in"] == "path"]
        in_query = [self._parameter(each) for each in parameters if each["in"] == "query"]
        given = self._resolve(operation["responses"]["200"]).get("content", {})
        return Route(
            operation["operationId"],
            tuple(given),
            next(iter(in_path), None),
            {each.name: each for each in in_query},
        )

    def _parameter(self, parameter: Mapping[str, Any]) -> Parameter:
        schema = self._resolve(parameter["schema"])
        if schema["type"] == "array":
            items = self._resolve(schema["items"])
            listed = not parameter.get("explode", True)
            return Parameter(parameter["name"], {**items, "maxItems": schema["maxItems"]}, not listed, listed)
        return Parameter(parameter["name"], schema, required=parameter.get("required", False))

    def _resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            target: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node


@lru_cache(maxsize=1)
def load() -> Contract:
    """The contract of this service."""
    return Contract(yaml.load(as_yaml(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 - both are safe loaders


@lru_cache(maxsize=1)
def as_yaml() -> bytes:
    """The document as it stands, read once."""
    return DOCUMENT.read_bytes()


@lru_cache(maxsize=1)
def as_json(contract: Contract) -> bytes:
    """The document as JSON, encoded once."""
    return json.dumps(contract.document, ensure_ascii=False).encode()
