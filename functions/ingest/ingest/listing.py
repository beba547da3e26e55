"""Tables as JSON, the newest row first, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import flask
from psycopg2.extras import RealDictCursor

from ingest.database import transaction
from ingest.parameters import whole
from ingest.service import service

LIMIT_DEFAULT, LIMIT_MAX, ID_MAX = 100, 1000, 2**63 - 1


def page(statement: str, given: dict[str, str], **wanted: object) -> flask.Response:
    """The rows before an id: the parameters `limit` and `before` of `given`; the next page is in Link."""
    limit = whole(given, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX)
    before = whole(given, "before", ID_MAX, 1, ID_MAX)
    found = rows(statement, wanted | {"before": before, "limit": limit})
    response = flask.jsonify(found)
    if len(found) == limit:
        query = urlencode(given | {"limit": limit, "before": found[-1]["id"]})
        response.headers["Link"] = f'<{flask.request.path}?{query}>; rel="next"'
    return response


def rows(statement: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    """What a statement gives, by the names of its columns; times as ISO 8601."""
    with (
        service().database.connection() as connection,
        transaction(connection),
        connection.cursor(cursor_factory=RealDictCursor) as cursor,
    ):
        cursor.execute(statement, values)
        found = [dict(row) for row in cursor]
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in found
    ]
