"""POST and GET /dead-letters: what the Broker gave up, until it is stored."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import Mock

import pytest
from ingest.errors import Busy, DatabaseAway, DatabaseSlow, StorageAway, Unavailable
from werkzeug.test import TestResponse

from tests.integration.ingest.conftest import MakeWorld, World, movie

DESTINATION = "http://ingest.movie-data.svc.cluster.local/"
HEADERS = {
    "ce-specversion": "1.0",
    "ce-id": "seven",
    "ce-type": "dev.knative.eventing.aws-sqs",
    "ce-source": "test",
    "ce-knativeerrorcode": "422",
    "ce-knativeerrordest": DESTINATION,
}


def bury(world: World, *records: dict[str, Any], **attributes: str) -> None:
    headers = HEADERS | {f"ce-{name}": value for name, value in attributes.items()}
    answer = world.client.post("/dead-letters", json={"Records": records}, headers=headers)
    assert (answer.status_code, answer.data) == (204, b""), answer.text


def letters(world: World, query: str = "") -> list[dict[str, Any]]:
    answer = world.client.get(f"/dead-letters{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()
    return found


def keys(world: World) -> list[str | None]:
    return sorted(letter["key"] for letter in letters(world))


def test_a_dead_letter_is_on_record_counted_and_named_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        bury(world, world.record("lost.json", eTag="x"))
    assert all(word in caplog.text for word in ("422", "seven", "lost.json"))
    assert 'ingest_dead_letters_total{code="422"} 1' in world.client.get("/metrics").text
    [letter] = letters(world)
    assert letter.pop("first_at") == letter.pop("last_at")
    assert letter == {
        "id": 1,
        "bucket": world.bucket.name,
        "key": "lost.json",
        "version": "x",
        "event_id": "seven",
        "event_type": "dev.knative.eventing.aws-sqs",
        "event_source": "test",
        "code": 422,
        "destination": DESTINATION,
        "times": 1,
    }


def test_a_structured_event_is_read_from_its_body(world: World) -> None:
    event = {name[3:]: value for name, value in HEADERS.items()}
    data = {"Records": [world.record("lost.json", eTag="x")]}
    answer = world.client.post(
        "/dead-letters",
        json=event | {"data": data},
        headers={"content-type": "application/cloudevents+json"},
    )
    assert answer.status_code == 204
    [letter] = letters(world)
    assert (letter["key"], letter["code"], letter["event_id"]) == ("lost.json", 422, "seven")


def test_one_version_is_one_row_however_often_and_under_whatever_id_it_comes(world: World) -> None:
    record = world.record("lost.json", eTag="x")
    bury(world, record)
    bury(world, record, knativeerrorcode="404")
    bury(world, record, record, id="eight")
    bury(world, world.record("lost.json", eTag="y"))
    newest, first = letters(world)
    assert newest["version"] == "y"
    assert (first["times"], first["event_id"], first["code"]) == (3, "eight", 422)
    assert first["first_at"] < first["last_at"]


def test_the_same_letters_at_once_are_one_row_each(world: World) -> None:
    records = [world.record(f"{n}.json", eTag="x") for n in range(5)]
    turns = [records[n % 5 :] + records[: n % 5] for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: bury(world, *turn), turns))
    assert [(letter["key"], letter["times"]) for letter in letters(world)] == [
        (f"{n}.json", 20) for n in (4, 3, 2, 1, 0)
    ]


@pytest.mark.parametrize(
    "body", [["neither", "nor"], {"Records": []}, {"Records": [{"s3": 1}]}, "\ud800", None]
)
def test_an_event_that_names_no_key_is_a_row_of_its_own(world: World, body: object) -> None:
    for identity in ("one", "two", "two"):
        answer = world.client.post("/dead-letters", json=body, headers=HEADERS | {"ce-id": identity})
        assert answer.status_code == 204
    assert [(letter["event_id"], letter["key"], letter["times"]) for letter in letters(world)] == [
        ("two", None, 2),
        ("one", None, 1),
    ]


@pytest.mark.parametrize("code", ["", "nonsense", "\u00b2\u00b2\u00b2", "99999999999999999999", "-10"])
def test_a_code_that_is_no_status_is_unknown(world: World, code: str) -> None:
    bury(world, knativeerrorcode=code, id="\0" if code else "x" * 9000)
    assert letters(world)[0]["code"] is None
    assert 'ingest_dead_letters_total{code="unknown"} 1' in world.client.get("/metrics").text


def test_letters_are_listed_newest_first_a_page_at_a_time(world: World) -> None:
    for n in range(5):
        bury(world, world.record(f"{n}.json"))
    seen, url = [], "/dead-letters?limit=2"
    while url:
        response = world.client.get(url)
        seen += [row["key"] for row in response.get_json()]
        url = response.headers.get("Link", "").partition(">")[0].lstrip("<")
    assert seen == ["4.json", "3.json", "2.json", "1.json", "0.json"]
    assert [letter["key"] for letter in letters(world, "?key=3.json")] == ["3.json"]
    assert world.client.get("/dead-letters?kye=a").status_code == 400


def test_there_are_never_more_rows_than_the_setting_says(make_world: MakeWorld) -> None:
    world = make_world(INGEST_DEAD_LETTERS_MAX="3")
    bury(world, *[world.record(f"{n}.json") for n in range(5)])
    assert keys(world) == ["2.json", "3.json", "4.json"]
    bury(world, world.record("5.json"))
    assert keys(world) == ["3.json", "4.json", "5.json"]


def test_what_was_unavailable_is_tried_once_more(world: World) -> None:
    """All tries of the Trigger fell into the seconds of a switchover; by now there is a primary."""
    bodies = {"late.json": [movie()], "poison.json": b"nope"}
    records = [world.record(key, eTag=world.put(key, body)) for key, body in bodies.items()]
    bury(world, *records, knativeerrorcode="503")
    assert world.ledger() == [("late.json", "stored"), ("poison.json", "failed")]
    assert keys(world) == ["poison.json"]


@pytest.mark.parametrize("error", [Busy, DatabaseAway, DatabaseSlow, StorageAway])
def test_what_is_still_unavailable_is_not_let_go(
    world: World, monkeypatch: pytest.MonkeyPatch, error: type[Unavailable]
) -> None:
    """A letter would say that nobody tries again, though the primary may be back in the next moment."""
    monkeypatch.setattr(world.service.intake, "take", Mock(side_effect=error("not now")))
    record = world.record("late.json", eTag=world.put("late.json", [movie()]))
    headers = HEADERS | {"ce-knativeerrorcode": "503"}
    answer = world.client.post("/dead-letters", json={"Records": [record]}, headers=headers)
    assert answer.status_code == 503
    assert letters(world) == []


@pytest.mark.parametrize("code", ["422", ""])
def test_what_was_refused_or_never_answered_is_not_tried_again(world: World, code: str) -> None:
    etag = world.put("there.json", [movie()])
    bury(world, world.record("there.json", eTag=etag), knativeerrorcode=code)
    assert world.ledger() == []
    assert keys(world) == ["there.json"]


def test_a_letter_goes_when_its_version_is_stored(world: World) -> None:
    etag = world.put("lost.json", [movie()])
    bury(world, world.record("lost.json", eTag=etag), world.record("other.json", eTag=etag))
    assert world.deliver(world.record("lost.json", eTag=etag)).status_code == 200
    assert keys(world) == ["other.json"]


def test_a_letter_about_what_is_stored_already_is_not_kept(world: World) -> None:
    """The Broker lost its patience with a slow file."""
    etag = world.put("slow.json", [movie()])
    assert world.deliver(world.record("slow.json", eTag=etag)).status_code == 200
    bury(world, world.record("slow.json", eTag=etag))
    assert letters(world) == []


def test_a_letter_about_a_refused_file_stays_and_the_ledger_tells_of_it(world: World) -> None:
    etag = world.put("poison.json", b"nope")
    assert world.deliver(world.record("poison.json", eTag=etag)).status_code == 422
    bury(world, world.record("poison.json", eTag=etag))
    bury(world, world.record("poison.json", eTag=etag))
    world.reconcile()
    assert keys(world) == ["poison.json"]
    [row] = world.client.get("/files").get_json()
    assert (row["state"], row["dead_letters"]) == ("failed", 2)
    world.upload("good.json", [movie()])
    assert world.client.get("/files?key=good.json").get_json()[0]["dead_letters"] == 0


def test_a_letter_goes_when_a_version_that_was_put_later_is_stored(world: World) -> None:
    etag = world.put("poison.json", b"nope")
    bury(world, world.record("poison.json", eTag=etag))
    bury(world, world.record("poison.json", "ObjectRemoved:Delete"))
    # The bucket tells time in whole seconds.
    world.database.rows("UPDATE dead_letters SET last_at = last_at - interval '2 seconds'")
    world.upload("poison.json", [movie()])
    assert letters(world) == []


def test_a_letter_that_is_newer_than_what_is_stored_stays(world: World) -> None:
    """The removal of a key was given up: what the ledger has stored does not settle it."""
    world.upload("a.json", [movie()])
    bury(world, world.record("a.json", "ObjectRemoved:Delete"))
    bury(world, world.record("a.json", eTag="newer"))
    assert keys(world) == ["a.json", "a.json"]


def test_a_comparison_brings_what_was_given_up_and_takes_the_letters_away(world: World) -> None:
    etag = world.put("there.json", [movie()])
    world.upload("deleted.json", [movie("Deleted")])
    world.delete("deleted.json")
    bury(world, world.record("there.json", eTag=etag))
    bury(world, world.record("deleted.json", "ObjectRemoved:Delete"))
    bury(world, world.record("never seen.json", eTag="gone before it was read"))
    bury(world, world.record("a folder/"), id="folder")
    # As if it had been written in the moment when the file was stored.
    world.upload("crossed.json", [movie("Crossed")])
    world.database.rows(
        "INSERT INTO dead_letters (bucket, key, version, event_id, event_type, event_source, destination)"
        " SELECT bucket, key, version, '', '', '', '' FROM files WHERE key = 'crossed.json'"
    )
    world.reconcile()
    assert keys(world) == [None], "an event about a folder alone asks for nothing"
    assert ("there.json", "stored") in world.ledger()
    assert ("deleted.json", "removed") in world.ledger()


def test_a_letter_about_another_bucket_is_left_alone(world: World) -> None:
    foreign = world.record("theirs.json", eTag="x")
    foreign["s3"]["bucket"]["name"] = "another"
    bury(world, foreign)
    world.upload("theirs.json", [movie()])
    world.reconcile()
    assert [letter["bucket"] for letter in letters(world)] == ["another"]


def test_while_the_database_is_away_nothing_is_let_go(make_world: MakeWorld) -> None:
    world = make_world(DATABASE_URL="host=127.0.0.1 port=1 dbname=movie")
    answer: TestResponse = world.client.post("/dead-letters", json={"Records": []}, headers=HEADERS)
    assert answer.status_code == 503
    assert "ingest_dead_letters_total{" not in world.client.get("/metrics").text
