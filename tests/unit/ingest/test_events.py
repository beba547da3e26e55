"""Events to changes; nothing but the project's own refusal comes out of any JSON."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from cloudevents.http import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from ingest.errors import NotAnEvent
from ingest.events import Change, Nothing, Reconcile, decode, notification
from ingest.settings import load

LIMITS = load({"DATABASE_URL": "host=/nowhere", "AWS_BUCKET_NAME": "unused"})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Records", "s3", "bucket", "object", "name", "key", "eventName", "Event", "eTag"]
            )
            | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


def record(key: str, name: str = "ObjectCreated:Put", **entry: object) -> dict[str, Any]:
    return {"eventName": name, "s3": {"bucket": {"name": "b"}, "object": {"key": key, **entry}}}


@given(JSON)
def test_any_json_is_understood_or_refused(data: object) -> None:
    with contextlib.suppress(NotAnEvent):
        notification(data, LIMITS)


def test_a_key_is_decoded_as_s3_encodes_it() -> None:
    assert notification({"Records": [record("a+b%2Bc/%C3%A9%2520")]}, LIMITS) == [Change("b", "a b+c/é%20")]


def test_a_record_says_version_etag_and_order() -> None:
    [change] = notification({"Records": [record("k", versionId="v", eTag='"e"', sequencer="0A")]}, LIMITS)  # type: ignore[misc]
    assert change == Change("b", "k", version_id="v", etag="e", sequencer="0A")
    assert change.version == "v"
    assert notification({"Records": [record("k", versionId="null", eTag="e")]}, LIMITS) == [
        Change("b", "k", etag="e")
    ]


def test_a_removal_is_told_from_a_creation_and_others_ask_for_nothing() -> None:
    for name in ("ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated"):
        assert notification({"Records": [record("k", name)]}, LIMITS) == [Change("b", "k", removed=True)]
    assert isinstance(notification({"Records": [record("k", "ObjectTagging:Put")]}, LIMITS), Nothing)


def test_more_records_than_allowed_are_refused() -> None:
    with pytest.raises(NotAnEvent, match="more than 1000"):
        notification({"Records": [record("k")] * 1001}, LIMITS)


def test_a_name_that_s3_cannot_have_is_refused() -> None:
    """1,024 bytes, not characters: no index row of PostgreSQL could hold them."""
    assert notification(record("é" * 512), LIMITS) == [Change("b", "é" * 512)]
    for refused in (record("é" * 513), record("k", versionId="x" * 1025), record("k", eTag="\ud800")):
        with pytest.raises(NotAnEvent, match="short plain strings"):
            notification(refused, LIMITS)


@pytest.mark.parametrize("data", [record("k"), {"Records": [record("k")]}])
@pytest.mark.parametrize("kind", ["dev.knative.eventing.aws-sqs", "com.amazonaws.s3.ObjectCreated:Put"])
def test_data_may_be_an_object_text_or_bytes(kind: str, data: dict[str, Any]) -> None:
    attributes = {"type": kind, "source": "s"}
    for form in (data, json.dumps(data), json.dumps(data).encode()):
        assert decode(CloudEvent(attributes, form), LIMITS) == [Change("b", "k")]


def test_types_are_told_apart() -> None:
    assert decode(CloudEvent({"type": "dev.movies.reconcile", "source": "s"}), LIMITS) == Reconcile()
    assert isinstance(
        decode(CloudEvent({"type": "dev.movies.file.ingested", "source": "s"}), LIMITS), Nothing
    )
    with pytest.raises(NotAnEvent, match="'other'"):
        decode(CloudEvent({"type": "other", "source": "s"}), LIMITS)
