"""Bucket and ledger compared: lost events do not matter, and a database can be rebuilt from nothing."""

from __future__ import annotations

import threading
import time

import pytest
from ingest import reconciling
from ingest.database import claimed

from tests.integration.ingest.conftest import EMPTY, MakeWorld, World, movie
from tests.support.receiver import Receiver


def test_objects_without_an_event_are_stored(world: World) -> None:
    for n in range(3):
        world.put(f"folder/{n} +é.json", [movie(f"Film {n}")])
    world.put("folder/", b"")
    summary = world.reconcile()
    assert (summary["objects"], summary["asked"], summary["after"]) == (4, 3, None)
    assert world.titles() == ["Film 0", "Film 1", "Film 2"]
    assert world.reconcile()["asked"] == 0


def test_a_rebuilt_database_serves_the_same_bytes(world: World) -> None:
    world.upload("a.json", [movie("A"), movie("Shared", cast=["X"])])
    world.upload("b.json", [movie("B"), movie("Shared", cast=["Y"])])
    world.upload("a.json", [movie("A2"), movie("Shared", cast=["Z"])])
    before = world.served()
    world.database.rows(EMPTY)
    assert world.reconcile()["asked"] == 2
    assert world.served() == before
    world.check_counts()


def test_an_overwritten_object_without_an_event_is_read_again(world: World) -> None:
    world.upload("a.json", [movie("Old")])
    world.put("a.json", [movie("New")])
    assert world.reconcile()["asked"] == 1
    assert world.titles() == ["New"]


def test_a_removed_object_without_an_event_is_marked(make_world: MakeWorld) -> None:
    world = make_world(INGEST_ON_REMOVE="drop")
    for key in ("a.json", "b.json", "z.json"):
        world.upload(key, [movie(key)])
    world.delete("a.json")
    world.delete("z.json")
    assert world.reconcile()["asked"] == 2
    assert world.titles() == ["b.json"]
    assert world.reconcile()["asked"] == 0


def test_a_failed_file_is_asked_for_once(world: World) -> None:
    world.put("bad.json", b"nope")
    world.put("good.json", [movie()])
    assert world.reconcile()["refused"] == 1
    assert world.reconcile()["asked"] == 0
    assert sorted(world.ledger("key", "state", "attempts")) == [
        ("bad.json", "failed", 1),
        ("good.json", "stored", 1),
    ]


def test_a_file_that_was_only_received_is_asked_for_again(world: World) -> None:
    world.upload("a.json", [movie()])
    world.database.rows("UPDATE files SET state = 'received', content_id = NULL")
    assert world.reconcile()["asked"] == 1
    assert world.ledger() == [("a.json", "stored")]


def test_a_turn_that_ends_early_says_where_the_next_one_goes_on(make_world: MakeWorld) -> None:
    world = make_world(INGEST_FILES_AT_ONCE_MAX="1")
    for n in range(5):
        world.put(f"{n}.json", [movie(str(n))])
    kinds, after, objects = [], "", 0
    for turns in range(1, 10):
        response = world.ask_to_reconcile(after=after, ms_max=1)
        kinds.append(response.headers["ce-type"])
        objects += response.get_json()["objects"]
        assert len(world.titles()) >= min(turns, 5), "each turn gets on"
        after = response.get_json()["after"]
        if after is None:
            break
    assert world.titles() == ["0", "1", "2", "3", "4"]
    assert objects == 5
    assert kinds[-1] == "dev.movies.bucket.reconciled"
    assert set(kinds[:-1]) == {"dev.movies.reconcile"}


def test_more_keys_than_are_compared_at_once(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides: what the bucket lacks, and what it has, in stretches of two keys."""
    monkeypatch.setattr(reconciling, "STRETCH_MAX", 2)
    world = make_world(INGEST_ON_REMOVE="drop")
    for n in range(7):
        world.upload(f"{n}.json", [movie(str(n))])
    for n in (0, 1, 2, 4, 6):
        world.delete(f"{n}.json")
    world.put("31.json", [movie("31")])
    assert world.reconcile()["asked"] == 6
    assert world.titles() == ["3", "31", "5"]
    assert world.reconcile()["asked"] == 0


@pytest.mark.parametrize("kind", ["dev.movies.reconcile", "dev.knative.sources.ping"])
def test_the_ping_of_a_schedule_asks_for_the_same(world: World, kind: str) -> None:
    world.put("a.json", [movie()])
    assert world.ask_to_reconcile(kind).headers["ce-type"] == "dev.movies.bucket.reconciled"
    assert world.titles() == ["Solaris"]


@pytest.mark.parametrize("data", [{"after": 7}, {"ms_max": 0}, {"ms_max": "1"}, {"after": "a\0"}])
def test_a_turn_that_cannot_be_understood_is_refused(world: World, data: dict[str, object]) -> None:
    assert world.ask_to_reconcile(**data).status_code == 422


def test_a_second_comparison_at_once_ends_at_once(world: World) -> None:
    with (
        world.service.database.connection() as connection,
        claimed(connection, "reconcile", world.bucket.name) as mine,
    ):
        assert mine
        response = world.ask_to_reconcile()
    assert (response.status_code, response.text) == (202, "")


def test_one_object_that_cannot_be_stored_now_is_a_503_and_the_next_comparison_goes_on(
    make_world: MakeWorld,
) -> None:
    world = make_world(INGEST_FILES_AT_ONCE_MAX="1", INGEST_BUSY_WAIT_MS="0")
    world.put("a.json", [movie()])
    with world.service.intake._place():
        assert world.ask_to_reconcile().status_code == 503
    assert world.reconcile()["asked"] == 1
    assert world.titles() == ["Solaris"]


def test_with_a_sink_missing_objects_are_asked_for_through_it(
    make_world: MakeWorld, receiver: Receiver
) -> None:
    world = make_world(K_SINK=receiver.url)
    world.put("a +é.json", [movie()])
    assert world.reconcile()["asked"] == 1
    assert world.titles() == []
    [(headers, body)] = receiver.seen
    assert headers["ce-type"] == "com.amazonaws.s3.ObjectCreated:Put"
    event = {name: value for name, value in headers.items() if name.startswith("ce-")}
    assert world.client.post("/", data=body, headers=event).status_code == 200
    assert world.titles() == ["Solaris"]


def test_a_sink_is_asked_for_several_objects_at_once(make_world: MakeWorld, receiver: Receiver) -> None:
    world = make_world(K_SINK=receiver.url, INGEST_RECONCILE_AT_ONCE_MAX="3")
    for n in range(9):
        world.put(f"{n}.json", [movie(str(n))])
    receiver.hold.clear()
    asking = threading.Thread(target=world.reconcile)
    asking.start()
    deadline = time.monotonic() + 10
    while receiver.most_at_once < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    receiver.hold.set()
    asking.join()
    assert receiver.most_at_once == 3
    assert len(receiver.seen) == 9


def test_a_sink_that_does_not_answer_or_refuses_is_a_503(make_world: MakeWorld, receiver: Receiver) -> None:
    receiver.answers = [500]
    for sink in ("http://127.0.0.1:1/", receiver.url):
        world = make_world(K_SINK=sink)
        world.put("a.json", [movie()])
        assert world.ask_to_reconcile().status_code == 503
