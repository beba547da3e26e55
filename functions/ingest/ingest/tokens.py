"""Who may write."""

from __future__ import annotations

import hmac

import flask

from ingest.errors import NotAllowed, WritesOff
from ingest.service import service


def check_token() -> None:
    """Raise unless the request carries the bearer token; without a setting nobody may write."""
    token = service().settings.token
    if not token:
        raise WritesOff("This route is off. Set INGEST_TOKEN where the function runs to turn it on.")
    scheme, _, given = flask.request.headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
    if scheme.lower() != "bearer" or not right:
        raise NotAllowed("Send the header 'Authorization: Bearer <INGEST_TOKEN>'.")
