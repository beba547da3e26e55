"""Query parameters, read strictly: a typing error must not silently return everything."""

from __future__ import annotations

import flask

from ingest.errors import BadRequest


def asked(*known: str) -> dict[str, str]:
    """The request's parameters, each known and given once; raises BadRequest."""
    arguments = flask.request.args
    for name in arguments:
        if name not in known:
            raise BadRequest("There is no such parameter here.", parameter=name[:50], allowed=sorted(known))
        if len(arguments.getlist(name)) > 1 or "\0" in arguments[name]:
            raise BadRequest(f"The parameter {name!r} is given once, without NUL.", parameter=name)
    return arguments.to_dict()


def whole(given: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    """A parameter that is a whole number; raises BadRequest."""
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 20 and low <= int(text) <= high):
        detail = f"The parameter {name!r} must be a whole number from {low} to {high}."
        raise BadRequest(detail, parameter=name)
    return int(text)
