"""A record as it is stored, beside an oracle written the slow and plain way."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest.identity import NAMESPACE, movie_id
from ingest.movies import Rejected, merge, normalise
from ingest.settings import load

LIMITS = load({"DATABASE_URL": "host=/nowhere", "AWS_BUCKET_NAME": "unused"})
TEXT = st.text(max_size=12) | st.sampled_from(["(", " A ", "é", "\u2003", "a\0", "\ud800", "ß"])
OTHER = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT | st.lists(TEXT, max_size=2)
)
NAMES = st.lists(TEXT, max_size=5) | OTHER
RECORD = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXT | OTHER,
        "year": st.integers(1850, 2120) | OTHER,
        "cast": NAMES,
        "genres": NAMES,
        "href": TEXT | OTHER,
        "extract": TEXT | OTHER,
        "thumbnail": TEXT | OTHER,
        "thumbnail_width": st.integers(-5, 100_005) | OTHER,
        "thumbnail_height": st.integers(-5, 100_005) | OTHER,
        "rating": OTHER,
    },
)


def oracle(record: dict[str, object]) -> dict[str, object] | None:  # noqa: C901, PLR0912 - plain on purpose
    """What is kept of a record, None where it is refused."""
    kept: dict[str, object] = {}
    for field in ("title", "href", "extract", "thumbnail"):
        value = record.get(field)
        if value is not None and not isinstance(value, str):
            return None
        if value and value.strip():
            kept[field] = value.strip()
    for field, low, high in (
        ("year", 1870, 2100),
        ("thumbnail_width", 0, 100_000),
        ("thumbnail_height", 0, 100_000),
    ):
        value = record.get(field)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return None
        kept[field] = value
    for field in ("cast", "genres"):
        value = record.get(field) or []
        if record.get(field) is not None and not isinstance(record[field], list):
            return None
        names: list[str] = []
        for name in value:  # type: ignore[attr-defined]
            if not isinstance(name, str):
                return None
            if any(char.isalnum() for char in name) and name.strip() not in names:
                names.append(name.strip())
        kept[field] = names
    if "title" not in kept or "year" not in kept:
        return None
    text = json.dumps(kept, ensure_ascii=False)
    if "\\u0000" in json.dumps(kept).replace("\\\\", "") or any(
        "\ud800" <= char <= "\udfff" for char in text
    ):
        return None
    return kept


@given(RECORD)
def test_a_record_becomes_what_the_oracle_says(record: dict[str, object]) -> None:
    wanted = oracle(record)
    if wanted is None:
        with pytest.raises(Rejected) as caught:
            normalise(record, LIMITS)
        assert caught.value.field in record or caught.value.field in ("title", "year")
        return
    movie = normalise(record, LIMITS)
    doc = json.loads(movie.doc)
    assert doc.pop("id") == movie.id
    assert doc == wanted
    order = [
        "id",
        "title",
        "year",
        "cast",
        "genres",
        "href",
        "extract",
        "thumbnail",
        "thumbnail_width",
        "thumbnail_height",
    ]
    assert list(json.loads(movie.doc)) == [field for field in order if field == "id" or field in wanted]
    assert movie.doc == json.dumps(json.loads(movie.doc), ensure_ascii=False, separators=(",", ":"))


@given(st.text(), st.integers(), st.none() | st.text())
def test_an_id_is_a_version_5_uuid_of_title_year_and_href(title: str, year: int, href: str | None) -> None:
    name = json.dumps([title, year, href], ensure_ascii=False, separators=(",", ":"))
    assert movie_id(title, year, href) == str(uuid.uuid5(uuid.UUID(bytes=NAMESPACE), name))


def test_an_id_never_changes() -> None:
    assert movie_id("Alien", 1979, "Alien_(film)") == "3f608932-faf1-5c7b-b8f5-f46195761f47"
    assert movie_id("Alien", 1979, None) != movie_id("Alien", 1979, "")


def test_a_merge_keeps_order_the_longer_extract_and_one_picture_whole() -> None:
    one = normalise(
        {"title": "A", "year": 1999, "cast": ["X", "Y"], "extract": "long", "thumbnail_width": 3}, LIMITS
    )
    two = {"title": "A", "year": 1999, "cast": ["Y", "Z"], "genres": ["G"], "extract": "no", "thumbnail": "t"}
    both = json.loads(merge(one, normalise(two, LIMITS), LIMITS).doc)
    assert (both["cast"], both["genres"], both["extract"]) == (["X", "Y", "Z"], ["G"], "long")
    assert both["thumbnail"] == "t"
    assert "thumbnail_width" not in both


@given(st.lists(RECORD, min_size=1, max_size=4))
def test_merging_is_the_same_in_one_go_or_step_by_step(records: list[dict[str, object]]) -> None:
    movies = [
        normalise(record | {"title": "A", "year": 1999, "href": None}, LIMITS)
        for record in records
        if oracle(record | {"title": "A", "year": 1999, "href": None})
    ]
    if not movies:
        return
    merged = movies[0]
    for movie in movies[1:]:
        merged = merge(merged, movie, LIMITS)
    names = [name for movie in movies for name in movie.cast]
    assert merged.cast == list(dict.fromkeys(names))
    longest = max((json.loads(movie.doc).get("extract", "") for movie in movies), key=len)
    assert json.loads(merged.doc).get("extract", "") == longest
    assert merge(merged, merged, LIMITS) == merged
