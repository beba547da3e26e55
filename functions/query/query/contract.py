"""The OpenAPI document at work: which route a path means, what each parameter may be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import yaml

from query.errors import BadRequest, InvalidParameter, NoSuchRoute

DOCUMENT = Path(__file__).parent / "openapi.yaml"
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True)
class Parameter:
    """One parameter as the contract has it; parse turns text into the value it stands for."""

    name: str
    schema: Mapping[str, Any]
    repeatable: bool = False  # name=a&name=b
    listed: bool = False  # name=a,b
    required: bool = False

    @property
    def default(self) -> object:
        return self.schema.get("default")

    def parse(self, text: str) -> object:
        """The value of a text; InvalidParameter, saying what is allowed, for one outside the schema."""
        values = [self._value(part) for part in (text.split(",") if self.listed else [text])]
        if None in values or len(values) > self.schema.get("maxItems", len(values)):
            raise InvalidParameter(self.name, text, self.allowed)
        return values if self.listed else values[0]

    def _value(self, text: str) -> object:
        schema = self.schema
        if schema["type"] == "integer":
            number = int(text) if _INTEGER.fullmatch(text) else None
            return number if number is not None and schema["minimum"] <= number <= schema["maximum"] else None
        if schema["type"] == "boolean":
            return {"true": True, "false": False}.get(text)
        if "enum" in schema:
            return text if text in schema["enum"] else None
        fits = (
            schema.get("minLength", 0) <= len(text) <= schema["maxLength"]
            and "\0" not in text
            and (bool(text.strip()) or not schema.get("minLength"))
            and ("pattern" not in schema or re.search(schema["pattern"], text))
        )
        return text if fits else None

    @property
    def allowed(self) -> str:
        """What the parameter may be, as the end of a sentence."""
        schema = self.schema
        if schema["type"] == "integer":
            return f"a whole number from {schema['minimum']} to {schema['maximum']}"
        if schema["type"] == "boolean":
            return "true or false"
        if "enum" in schema:
            some = "one or more, with commas between them, of " if self.listed else "one of "
            return some + ", ".join(schema["enum"])
        if "pattern" in schema:
            return str(schema["description"])
        return f"text of {schema['minLength']} to {schema['maxLength']} characters, not blank, without NUL"


@dataclass(frozen=True)
class Route:
    """One path of the contract."""

    operation: str
    path_parameter: Parameter | None
    query_parameters: Mapping[str, Parameter]

    @property
    def takes_slashes(self) -> bool:
        schema = self.path_parameter.schema if self.path_parameter else {}
        return schema.get("type") == "string" and "pattern" not in schema

    def values(self, path_value: str | None, query: str) -> dict[str, Any]:
        """Every parameter's value: from the path, from the query string, or its default."""
        values: dict[str, Any] = {
            name: parameter.default
            for name, parameter in self.query_parameters.items()
            if parameter.default is not None
        }
        given: set[str] = set()
        for name, text in _pairs(query):
            parameter = self.query_parameters.get(name)
            if parameter is None:
                known = ", ".join(self.query_parameters) or "no parameters"
                raise BadRequest(
                    f"There is no parameter '{name[:100]}' here.",
                    parameter=name[:100],
                    value=text[:100],
                    allowed=known,
                )
            if parameter.repeatable:
                values.setdefault(name, []).append(parameter.parse(text))
                if len(values[name]) > parameter.schema["maxItems"]:
                    raise InvalidParameter(name, text, f"given at most {parameter.schema['maxItems']} times")
            elif name in given:
                raise InvalidParameter(name, text, "given once")
            else:
                values[name] = parameter.parse(text)
            given.add(name)
        for name, parameter in self.query_parameters.items():
            if parameter.required and name not in given:
                raise InvalidParameter(name, "", parameter.allowed)
        if self.path_parameter is not None and path_value is not None:
            values[self.path_parameter.name] = self.path_parameter.parse(path_value)
        return values


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
        return Route(
            operation["operationId"], next(iter(in_path), None), {each.name: each for each in in_query}
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
    return Contract(yaml.load(DOCUMENT.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 - both are safe loaders


@lru_cache(maxsize=1)
def as_json(contract: Contract) -> bytes:
    """The document as JSON, encoded once."""
    return json.dumps(contract.document, ensure_ascii=False).encode()


def _pairs(query: str) -> list[tuple[str, str]]:
    """Names and values of a query string, in order; BadRequest where it is not UTF-8."""
    if not query:
        return []
    return [
        (_decoded(name, "a name"), _decoded(value, name))
        for name, _, value in (pair.partition("=") for pair in query.split("&") if pair)
    ]


def _decoded(text: str, what: str) -> str:
    if "%" not in text and text.isascii():
        return text.replace("+", " ")
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeError:
        raise BadRequest(
            "The query string must be percent-encoded UTF-8.",
            parameter=what[:100],
            allowed="percent-encoded UTF-8",
        ) from None
