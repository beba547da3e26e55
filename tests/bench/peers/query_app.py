"""The query function as functions-framework makes it a WSGI application, for the servers that take one."""
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import functions_framework
from query import main

app = functions_framework.create_app("query", main.__file__, "http")
