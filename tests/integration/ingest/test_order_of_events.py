"""Doubled, late and reordered events end in the same rows."""

from __future__ import annotations

import json

import pytest

from tests.integration.ingest.conftest import MakeWorld, World, movie


def ages(world: World, key: str, seconds: int) -> None:
    """Pretend that a key's row was stored that long ago: moto's clock has whole seconds."""
    world.database.rows(
        "UPDATE files SET last_modified = last_modified - make_interval(secs => %s) WHERE key = %s",
        seconds,
        key,
    )


def test_the_same_event_many_times_is_one_row_and_one_attempt(world: World) -> None:
    record = world.record("a.json", eTag=world.put("a.json", [movie()]))
    assert {world.deliver(record).status_code for _ in range(10)} == {200}
    assert world.ledger("state", "attempts", "data_version") == [("stored", 1, 1)]


def test_an_event_with_a_known_sequencer_needs_no_bucket(world: World) -> None:
    record = world.record("a.json", eTag=world.put("a.json", [movie()]), sequencer="0A")
    world.deliver(record)
    world.delete("a.json")
    assert world.deliver(record).status_code == 200
    assert world.ledger() == [("a.json", "stored")]


def test_the_same_bytes_under_another_key_change_no_movie(world: World) -> None:
    world.upload("a.json", [movie()])
    before = world.served(), world.database.rows("SELECT xmin FROM movies")
    response = world.upload("b.json", [movie()])
    assert response.status_code == 200
    assert (world.served(), world.database.rows("SELECT xmin FROM movies")) == before
    assert world.ledger() == [("a.json", "stored"), ("b.json", "duplicate")]
    assert world.database.rows("SELECT version, file_count FROM data_version") == [(1, 2)]
    world.check_counts()


def test_the_same_bytes_under_the_same_key_are_not_read_again(world: World) -> None:
    world.upload("a.json", [movie()], sequencer="01")
    ages(world, "a.json", 60)
    before = world.served(), world.database.rows("SELECT xmin FROM movies")
    assert world.upload("a.json", [movie()], sequencer="02").status_code == 200
    assert (world.served(), world.database.rows("SELECT xmin FROM movies")) == before
    assert world.ledger("state", "attempts", "sequencer", "data_version") == [("stored", 1, "02", 1)]
    assert world.database.rows("SELECT now() - last_modified < interval '30 s' FROM files") == [(True,)]


def test_a_newer_version_replaces_what_the_key_gave(world: World) -> None:
    world.upload("a.json", [movie("Old"), movie("Both")])
    world.upload("a.json", [movie("Both"), movie("New")])
    assert world.titles() == ["Both", "New"]
    assert world.ledger() == [("a.json", "superseded"), ("a.json", "stored")]
    assert world.database.rows("SELECT version FROM data_version") == [(2,)]
    world.check_counts()


def test_rows_that_stay_the_same_are_not_written(world: World) -> None:
    world.upload("a.json", [movie("Old"), movie("Both")])
    both = "SELECT xmin, ctid FROM movies WHERE title_key = 'both'"
    before = world.database.rows(both)
    world.upload("a.json", [movie("Both"), movie("New")])
    assert world.database.rows(both) == before


def test_an_event_about_an_overwritten_version_is_left_to_the_newer_one(world: World) -> None:
    old = world.record("a.json", eTag=world.put("a.json", [movie("Old")]))
    new = world.record("a.json", eTag=world.put("a.json", [movie("New")]))
    assert world.deliver(old).status_code == 200
    assert world.titles() == []
    assert world.ledger() == [("a.json", "superseded")]
    assert world.deliver(new).status_code == 200
    assert world.titles() == ["New"]


@pytest.mark.parametrize("sequencers", [(None, None, None), ("01", "02", "03"), ("0F", "1", "100")])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_a_key_that_went_from_a_to_b_to_a_ends_as_a(
    world: World, order: tuple[int, ...], sequencers: tuple[str | None, ...]
) -> None:
    contents = ([movie("A")], [movie("B")], [movie("A")])
    records = []
    for content, sequencer in zip(contents, sequencers, strict=True):
        more = {"sequencer": sequencer} if sequencer else {}
        records.append(world.record("k.json", eTag=world.put("k.json", content), **more))
    for n in order:
        assert world.deliver(records[n]).status_code == 200
    assert world.titles() == ["A"]
    world.check_counts()


def test_a_to_b_to_a_with_each_event_at_once(world: World) -> None:
    for title in "ABA":
        assert world.upload("k.json", [movie(title)]).status_code == 200
        assert world.titles() == [title]
    assert world.ledger() == [("k.json", "stored"), ("k.json", "superseded")]
    world.check_counts()


def test_where_files_disagree_the_one_modified_last_is_shown(world: World) -> None:
    world.upload("b.json", [movie(cast=["From B"])])
    ages(world, "b.json", 60)
    world.upload("a.json", [movie(cast=["From A"])])
    assert [doc["cast"] for doc in world.docs()] == [["From A"]]
    assert [row[0] for row in world.served()["people"]] == ["from a"]
    ages(world, "a.json", 120)
    world.put("b.json", [movie(cast=["From B"])])
    world.deliver(world.record("b.json"))
    assert [doc["cast"] for doc in world.docs()] == [["From B"]]
    assert [row[0] for row in world.served()["people"]] == ["from b"]
    world.check_counts()


def test_a_movie_stays_while_any_file_gives_it(world: World) -> None:
    world.upload("a.json", [movie("Shared"), movie("Only A")])
    world.upload("b.json", [movie("Shared"), movie("Only B")])
    world.upload("a.json", [movie("Else")])
    assert world.titles() == ["Else", "Only B", "Shared"]
    world.upload("b.json", [])
    assert world.titles() == ["Else"]
    world.check_counts()


def test_a_duplicate_gives_on_when_the_first_file_changes(world: World) -> None:
    world.upload("a.json", [movie("Same")])
    world.upload("b.json", [movie("Same")])
    world.upload("a.json", [movie("Else")])
    assert world.titles() == ["Else", "Same"]
    world.upload("b.json", [movie("Else")])
    assert world.titles() == ["Else"]
    world.check_counts()


def test_versions_of_a_versioned_bucket_are_told_apart_by_their_ids(world: World) -> None:
    name = world.bucket.name
    world.bucket.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    records = []
    for title in ("One", "Two", "One"):
        body = json.dumps([movie(title)]).encode()
        answer = world.bucket.s3.put_object(Bucket=name, Key="v.json", Body=body)
        records.append(world.record("v.json", eTag=answer["ETag"].strip('"'), versionId=answer["VersionId"]))
    for record in (records[2], records[0], records[1], records[2]):
        assert world.deliver(record).status_code == 200
    assert world.titles() == ["One"]
    assert world.ledger() == [("v.json", "stored"), ("v.json", "superseded"), ("v.json", "superseded")]
    world.check_counts()


@pytest.mark.parametrize("sequencers", [("", ""), ("0A", "0B"), ("0F", "1")])
def test_a_version_that_is_overwritten_while_it_is_read_comes_too_late(
    make_world: MakeWorld, sequencers: tuple[str, str]
) -> None:
    slow, quick = make_world(), make_world()
    old = slow.record("a.json", eTag=slow.put("a.json", [movie("Old")]), sequencer=sequencers[0])

    def overtake(**_: object) -> None:
        assert quick.upload("a.json", [movie("New")], sequencer=sequencers[1]).status_code == 200

    slow.service.storage._client.meta.events.register("after-call.s3.GetObject", overtake)
    response = slow.deliver(old)
    assert response.status_code == 200
    assert "ce-type" not in response.headers
    assert slow.titles() == ["New"]
    assert slow.ledger() == [("a.json", "superseded"), ("a.json", "stored")]
    slow.check_counts()


def test_an_object_that_changes_between_the_look_and_the_read_is_left_to_its_event(world: World) -> None:
    old = world.record("a.json", eTag=world.put("a.json", [movie("Old")]))
    events = world.service.storage._client.meta.events

    def change(**_: object) -> None:
        world.put("a.json", [movie("New")])

    events.register("before-call.s3.GetObject", change)
    assert world.deliver(old).status_code == 200
    events.unregister("before-call.s3.GetObject", change)
    assert world.titles() == []
    assert world.ledger() == [("a.json", "superseded")]
    world.deliver(world.record("a.json"))
    assert world.titles() == ["New"]
