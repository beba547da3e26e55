"""The query function's WSGI application as a module attribute, for servers that take no factory."""

from __future__ import annotations

from query.main import create_application

app = create_application()
