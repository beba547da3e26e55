"""The ledger's routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask

from ingest import ledger
from ingest.database import transaction
from ingest.errors import BadRequest, NotFound
from ingest.events import Change
from ingest.listing import ID_MAX, LIMIT_DEFAULT, LIMIT_MAX, page, rows
from ingest.parameters import asked, whole
from ingest.replies import describe
from ingest.service import service
from ingest.sql import LEDGER
from ingest.taking import take
from ingest.tokens import check_token

blueprint = flask.Blueprint("files", __name__)
STATES = ("received", "stored", "duplicate", "superseded", "failed", "removed")
_JSON, _NDJSON = "application/json", "application/x-ndjson"


@blueprint.get("/files")
def files() -> flask.Response:
    """The ledger, newest first: `state`, `key`, `prefix` (of keys), `limit`, `before` (a file's id)."""
    given = asked("state", "key", "prefix", "limit", "before")
    if given.get("state", STATES[0]) not in STATES:
        detail = "The parameter 'state' must be one of " + ", ".join(STATES) + "."
        raise BadRequest(detail, parameter="state")
    bucket = service().storage.bucket
    wanted = {name: given.get(name) for name in ("state", "key", "prefix")}
    return page(LEDGER["page"], given, bucket=bucket, id=None, **wanted)


@blueprint.get("/files/<int:file_id>")
def file(file_id: int) -> flask.Response:
    """One row of the ledger."""
    asked()
    return flask.jsonify(_one(file_id))


@blueprint.get("/files/<int:file_id>/rejects")
def rejects(file_id: int) -> flask.Response:
    """What could not be stored, and why; as application/x-ndjson the bare records, to correct and send again."""
    given = asked("after", "limit")
    after = whole(given, "after", 0, 0, ID_MAX)
    limit = whole(given, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX)
    _one(file_id)
    if flask.request.accept_mimetypes.best_match([_JSON, _NDJSON]) == _NDJSON:
        return _bare(file_id)
    items = (
        f'{{"position":{position},"field":{flask.json.dumps(field)},'
        f'"reason":{flask.json.dumps(reason)},"record":{record}}}'
        for position, field, reason, record in _rejects(file_id, after, limit)
    )
    return flask.Response("[" + ",".join(items) + "]\n", mimetype=_JSON)


@blueprint.get("/files/<int:file_id>/rejects.ndjson")
def rejects_to_keep(file_id: int) -> flask.Response:
    """The bare records, as a file that a browser keeps."""
    asked()
    _one(file_id)
    response = _bare(file_id)
    response.headers["Content-Disposition"] = f'attachment; filename="rejects-{file_id}.ndjson"'
    return response


@blueprint.post("/files/<int:file_id>/replay")
def replay(file_id: int) -> tuple[dict[str, Any], int]:
    """Read and store the file anew, whatever the ledger says of it."""
    check_token()
    here = service()
    with here.database.connection() as connection, transaction(connection) as cursor:
        row = ledger.find_by_id(cursor, min(file_id, ID_MAX))
    if row is None:
        raise _no_file(file_id)
    version_id = row.version if row.version != row.etag else None
    outcome = take(here, Change(row.bucket, row.key, version_id, row.etag), again=True)
    return describe(outcome), 202 if outcome.state == "in progress" else 200


def _one(file_id: int) -> dict[str, Any]:
    wanted = {"id": min(file_id, ID_MAX), "bucket": None, "state": None, "key": None, "prefix": None}
    found = rows(LEDGER["page"], wanted | {"before": ID_MAX, "limit": 1})
    if not found:
        raise _no_file(file_id)
    return found[0]


def _no_file(file_id: int) -> NotFound:
    return NotFound(f"There is no file {file_id}.")


def _rejects(file_id: int, after: int, limit: int) -> list[tuple[int, str | None, str, str]]:
    with service().database.connection() as connection, transaction(connection) as cursor:
        cursor.execute(LEDGER["rejects"], {"id": file_id, "after": after, "limit": limit})
        return cursor.fetchall()


def _bare(file_id: int) -> flask.Response:
    return flask.Response(flask.stream_with_context(_lines(file_id)), mimetype=_NDJSON)


def _lines(file_id: int) -> Iterator[str]:
    after = 0
    while some := _rejects(file_id, after, LIMIT_DEFAULT):
        yield "".join(record + "\n" for *_, record in some)
        after = some[-1][0]
