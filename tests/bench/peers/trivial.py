"""The least that a function can do: 2 KB that it has ready."""
# mypy: disable-error-code="untyped-decorator,no-untyped-call"

from __future__ import annotations

import flask
import functions_framework

BODY = b'"' + b"x" * 2046 + b'"'


@functions_framework.http
def trivial(request: flask.Request) -> flask.Response:
    """The same answer to everything."""
    return flask.Response(BODY, content_type="application/json")


app = (
    functions_framework.create_app("trivial", __file__, "http")
    if __name__ == "tests.bench.peers.trivial"
    else None
)
