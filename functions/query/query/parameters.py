"""Parameters as the contract has them, and the texts that a query string gives for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from query.errors import BadRequest, InvalidParameter

_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True)
class Parameter:
    """One parameter; parse turns text into the value it stands for."""

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

    def parse_all(self, texts: list[str]) -> object:
        """The value of all that was given for it; a list where it may be repeated."""
        if not self.repeatable:
            if len(texts) > 1:
                raise InvalidParameter(self.name, texts[1], "given once")
            return self.parse(texts[0])
        if len(texts) > self.schema["maxItems"]:
            raise InvalidParameter(self.name, texts[-1], f"given at most {self.schema['maxItems']} times")
        return [self.parse(text) for text in texts]

    def _value(self, text: str) -> object:
        schema = self.schema
        if schema["type"] == "integer":
            number = int(text) if _INTEGER.fullmatch(text) else None
            return number if number is not None and schema["minimum"] <= number <= schema["maximum"] else None
        if schema["type"] == "boolean":
            return {"true": True, "false": False}.get(text)
        if "enum" in schema:
            return text if text in schema["enum"] else None
        fits = schema["minLength"] <= len(text) <= schema["maxLength"] and re.search(schema["pattern"], text)
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
        return str(schema["description"])


def texts_of(query: str) -> dict[str, list[str]]:
    """What a query string gives, by name, in order; BadRequest where it is not UTF-8."""
    texts: dict[str, list[str]] = {}
    for pair in query.split("&") if query else ():
        if pair:
            name, _, value = pair.partition("=")
            texts.setdefault(_decoded(name, "a name"), []).append(_decoded(value, name))
    return texts


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
