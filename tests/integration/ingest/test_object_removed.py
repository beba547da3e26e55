"""An object was deleted: it is on record, and its movies stay or go as the setting says."""

from __future__ import annotations

from tests.integration.ingest.conftest import MakeWorld, World, movie

REMOVED = "ObjectRemoved:Delete"


def test_what_a_removed_object_gave_stays_by_default(world: World) -> None:
    world.upload("a.json", [movie()])
    world.delete("a.json")
    assert world.deliver(world.record("a.json", REMOVED)).status_code == 200
    assert world.ledger() == [("a.json", "removed")]
    assert world.titles() == ["Solaris"]
    world.check_counts()


def test_what_a_removed_object_gave_goes_where_the_setting_says_so(make_world: MakeWorld) -> None:
    world = make_world(INGEST_ON_REMOVE="drop")
    world.upload("a.json", [movie("Alone"), movie("Shared")])
    world.upload("b.json", [movie("Shared", genres=["Other"])])
    world.delete("a.json")
    for _ in range(2):
        assert world.deliver(world.record("a.json", REMOVED)).status_code == 200
    assert world.ledger() == [("a.json", "removed"), ("b.json", "stored")]
    assert world.titles() == ["Shared"]
    world.check_counts()


def test_a_removal_that_comes_after_the_next_put_removes_nothing(make_world: MakeWorld) -> None:
    world = make_world(INGEST_ON_REMOVE="drop")
    world.upload("a.json", [movie("First")])
    world.delete("a.json")
    world.upload("a.json", [movie("Second")])
    assert world.deliver(world.record("a.json", REMOVED)).status_code == 200
    assert world.titles() == ["Second"]


def test_an_object_that_comes_back_is_stored_again(make_world: MakeWorld) -> None:
    for setting in ("keep", "drop"):
        world = make_world(INGEST_ON_REMOVE=setting)
        for _ in range(2):
            world.upload(f"{setting}.json", [movie(setting)])
            assert world.database.rows("SELECT state FROM files WHERE key = %s", f"{setting}.json") == [
                ("stored",)
            ]
            world.delete(f"{setting}.json")
            world.deliver(world.record(f"{setting}.json", REMOVED))
            assert world.database.rows("SELECT state FROM files WHERE key = %s", f"{setting}.json") == [
                ("removed",)
            ]
        world.check_counts()


def test_a_newer_object_takes_the_place_of_what_was_kept(world: World) -> None:
    world.upload("a.json", [movie("Kept")])
    world.delete("a.json")
    world.deliver(world.record("a.json", REMOVED))
    world.upload("a.json", [movie("New")])
    assert world.titles() == ["New"]
    assert world.ledger() == [("a.json", "superseded"), ("a.json", "stored")]
    world.check_counts()


def test_an_object_that_is_gone_before_it_was_read_is_nothing_to_store(world: World) -> None:
    record = world.record("a.json", eTag=world.put("a.json", [movie()]))
    world.delete("a.json")
    assert world.deliver(record).status_code == 200
    assert world.ledger() == [("a.json", "removed")]
    assert world.titles() == []


def test_an_object_that_expires_is_removed(make_world: MakeWorld) -> None:
    world = make_world(INGEST_ON_REMOVE="drop")
    world.upload("a.json", [movie()])
    world.delete("a.json")
    assert world.deliver(world.record("a.json", "s3:LifecycleExpiration:Delete")).status_code == 200
    assert world.titles() == []


def test_a_removal_that_is_handled_while_the_file_is_read_is_not_missed(make_world: MakeWorld) -> None:
    """The removal finds nothing to remove, as nothing is committed yet."""
    slow, quick = make_world(INGEST_ON_REMOVE="drop"), make_world(INGEST_ON_REMOVE="drop")
    record = slow.record("a.json", eTag=slow.put("a.json", [movie()]))

    def remove(**_: object) -> None:
        quick.delete("a.json")
        assert quick.deliver(quick.record("a.json", REMOVED)).status_code == 200

    slow.service.storage._client.meta.events.register("after-call.s3.GetObject", remove)
    assert slow.deliver(record).status_code == 200
    assert slow.titles() == []
    assert slow.ledger() == [("a.json", "removed")]
    slow.check_counts()


def test_the_removal_of_an_unknown_object_is_nothing_to_do(world: World) -> None:
    assert world.deliver(world.record("never.json", REMOVED)).status_code == 200
    assert world.ledger() == []


def test_a_deleted_version_brings_back_the_one_before(world: World) -> None:
    name, s3 = world.bucket.name, world.bucket.s3
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    world.put("v.json", [movie("One")])
    world.deliver(world.record("v.json"))
    world.put("v.json", [movie("Two")])
    world.deliver(world.record("v.json"))
    assert world.titles() == ["Two"]
    s3.delete_object(
        Bucket=name, Key="v.json", VersionId=s3.head_object(Bucket=name, Key="v.json")["VersionId"]
    )
    world.deliver(world.record("v.json", REMOVED))
    assert world.titles() == ["One"]
    world.check_counts()


def test_a_delete_marker_is_a_removal(make_world: MakeWorld) -> None:
    world = make_world(INGEST_ON_REMOVE="drop")
    settings = {"Status": "Enabled"}
    world.bucket.s3.put_bucket_versioning(Bucket=world.bucket.name, VersioningConfiguration=settings)  # type: ignore[arg-type]
    world.put("v.json", [movie()])
    world.deliver(world.record("v.json"))
    marker = world.bucket.s3.delete_object(Bucket=world.bucket.name, Key="v.json")["VersionId"]
    world.deliver(world.record("v.json", "ObjectRemoved:DeleteMarkerCreated", versionId=marker))
    assert world.titles() == []
    assert world.ledger() == [("v.json", "removed")]
