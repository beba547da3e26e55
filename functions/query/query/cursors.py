"""Cursors: where a page ended, opaque to the caller, checked before it is believed."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
import zlib
from typing import NamedTuple

from query.errors import InvalidParameter


class Position(NamedTuple):
    """Where a page ended: the sort keys of its last movie, and the data version that it was read from.

    score: of a search in the order of relevance.
    """

    title_key: str
    year: int
    movie_id: str
    score: int = 0
    version: str = ""


def encode(position: Position, scope: str) -> str:
    """A cursor for the page after `position`; scope: the filters and order it belongs to."""
    keys = json.dumps(position, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(keys, scope) + keys).rstrip(b"=").decode()


def decode(cursor: str, scope: str) -> Position:
    """The position in a cursor; InvalidParameter for a broken one or one of another query."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        check, keys = raw[:4], raw[4:]
        known = check == _check(keys, scope)
        title_key, year, movie_id, score, version = json.loads(keys) if known else [""] * 5
        return Position(str(title_key), int(year), str(uuid.UUID(movie_id)), int(score), str(version))
    except (binascii.Error, ValueError, TypeError):
        raise InvalidParameter(
            "cursor", cursor, "taken unchanged from the Link header of a page with the same filters and sort"
        ) from None


def _check(keys: bytes, scope: str) -> bytes:
    return zlib.crc32(keys, zlib.crc32(scope.encode())).to_bytes(4, "big")
