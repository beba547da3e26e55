"""CloudEvents in binary mode."""

from __future__ import annotations

import json

from local.road.event import Event, from_message


def test_no_two_events_have_the_same_id() -> None:
    assert len({Event("t", "s", b"").id for _ in range(100)}) == 100


def test_an_event_survives_its_way_through_headers() -> None:
    event = Event("t", "s", b"[]", subject="a/b", extensions={"knativeerrorcode": "503"})
    back = from_message(event.headers(), event.data)
    assert back is not None
    assert (back.id, back.type, back.source, back.subject, back.data) == (event.id, "t", "s", "a/b", b"[]")
    assert event.headers()["ce-knativeerrorcode"] == "503"


def test_header_values_are_percent_encoded_as_the_http_binding_says() -> None:
    assert Event("t", "s", b"", subject='é "%').headers()["ce-subject"] == "%C3%A9%20%22%25"


def test_an_answer_without_an_event_is_none() -> None:
    assert from_message({"Content-Type": "application/json"}, b"{}") is None


def test_a_dead_letter_is_one_line_whatever_the_data() -> None:
    line = Event("t", "s", b"\xff\n").as_line(why="no answer")
    assert "\n" not in line
    assert json.loads(line)["data"] == "\\xff\n"
