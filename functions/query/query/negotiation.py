"""What a caller accepts: media types in the order of preference, and one content coding (RFC 9110, 12.5)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
MEDIA_TYPES = (JSON, NDJSON, CSV)  # for those who do not mind, the first
CODINGS = ("zstd", "gzip")  # the better one first
HEADER_CHARACTERS_MAX = 1000


class Wanted(NamedTuple):
    """Media types that may be sent, the best first, and the coding for a large body ("" for none)."""

    media_types: tuple[str, ...]
    coding: str


@lru_cache(maxsize=1024)
def negotiate(accept: str, accept_encoding: str) -> Wanted:
    """What two header fields ask for; an empty one, or one that nobody can read, asks for the default."""
    return Wanted(_media_types(accept), _coding(accept_encoding))


def _media_types(accept: str) -> tuple[str, ...]:
    weights = _weights(accept)
    if not weights:
        return MEDIA_TYPES
    given = {each: _of_media_type(each, weights) for each in MEDIA_TYPES}
    return tuple(sorted((each for each in given if given[each] > 0), key=lambda each: -given[each]))


def _of_media_type(media_type: str, weights: dict[str, float]) -> float:
    """The weight of the most specific range that holds the media type."""
    ranges = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    return next((weights[each] for each in ranges if each in weights), 0.0)


def _coding(accept_encoding: str) -> str:
    weights = _weights(accept_encoding)
    given = {each: weights.get(each, weights.get("*", 0.0)) for each in CODINGS}
    best = max(CODINGS, key=lambda each: given[each])
    return best if given[best] > 0 else ""


def _weights(header: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in header[:HEADER_CHARACTERS_MAX].split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        if name:
            weights[name] = _weight(weight)
    return weights


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
