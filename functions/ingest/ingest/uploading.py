"""POST /movie: one movie, or a list, put into the bucket so that it takes the road of everything else."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

import flask

from ingest.errors import BadRequest, FileRefused
from ingest.movies import Rejected, normalise
from ingest.records import Splitter
from ingest.service import service
from ingest.settings import Settings
from ingest.tokens import check_token

blueprint = flask.Blueprint("uploading", __name__)
ERRORS_SHOWN_MAX = 20


@blueprint.post("/movie")
def upload() -> tuple[dict[str, Any], int, dict[str, str]]:
    """202 with the ledger's URL; 400 names each record and field that cannot be stored."""
    check_token()
    here = service()
    records = _records(flask.request.get_data(), here.settings)
    body = json.dumps(records, indent=1).encode()
    key = f"uploads/{hashlib.sha256(body).hexdigest()}.json"
    here.storage.put(key, body)
    ledger_url = "/files?" + urlencode({"key": key})
    answer = {"bucket": here.storage.bucket, "key": key, "records": len(records), "ledger": ledger_url}
    return answer, 202, {"Location": ledger_url}


def _records(body: bytes, limits: Settings) -> list[object]:
    """The records of a body that would be stored, all of them; split and checked as those of a file are."""
    values: list[object] = []
    errors: list[dict[str, object]] = []
    try:
        for record in Splitter(iter([body.decode()]), limits):
            values.append(record.value)
            try:
                normalise(record.value, limits)
            except Rejected as rejected:
                errors.append({"record": record.position, "field": rejected.field, "reason": rejected.reason})
    except UnicodeDecodeError:
        raise BadRequest("The body must be UTF-8.") from None
    except FileRefused as refused:
        raise BadRequest(
            f"The body must be a movie or a list of movies, in JSON: {refused.detail}."
        ) from None
    if errors:
        detail = f"{len(errors)} of {len(values)} records cannot be stored."
        raise BadRequest(detail, errors=errors[:ERRORS_SHOWN_MAX])
    if not values:
        raise BadRequest("The list of movies is empty.")
    return values
