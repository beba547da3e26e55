"""POST /files/{id}/replay."""

from __future__ import annotations

from tests.integration.ingest.conftest import TOKEN, MakeWorld, World, movie

RIGHT = {"Authorization": f"Bearer {TOKEN}"}


def test_a_failed_file_is_read_again_with_other_limits(make_world: MakeWorld) -> None:
    strict = make_world(INGEST_RECORDS_MAX="1")
    file_id = strict.upload("a.json", [movie("A"), movie("B")]).get_json()["file"]
    assert strict.client.post(f"/files/{file_id}/replay", headers=RIGHT).status_code == 422
    world = make_world()
    response = world.client.post(f"/files/{file_id}/replay", headers=RIGHT)
    assert response.status_code == 200
    assert response.get_json()["counts"]["stored"] == 2
    assert world.titles() == ["A", "B"]
    assert world.ledger("state", "reason", "attempts") == [("stored", None, 3)]


def test_a_stored_file_is_derived_anew(make_world: MakeWorld) -> None:
    strict = make_world(INGEST_TITLE_CHARS_MAX="3")
    file_id = strict.upload("a.json", [movie("A"), movie("Longer")]).get_json()["file"]
    assert strict.titles() == ["A"]
    world = make_world()
    assert world.client.post(f"/files/{file_id}/replay", headers=RIGHT).status_code == 200
    assert world.titles() == ["A", "Longer"]
    assert world.ledger("state", "entries", "stored", "rejected") == [("stored", 2, 2, 0)]
    assert world.database.rows("TABLE rejects") == []
    assert strict.client.post(f"/files/{file_id}/replay", headers=RIGHT).status_code == 200
    assert strict.titles() == ["A"]
    world.check_counts()


def test_a_replay_that_changes_nothing_raises_no_version(world: World) -> None:
    file_id = world.upload("a.json", [movie()]).get_json()["file"]
    before = world.database.rows("SELECT xmin, ctid FROM movies")
    assert world.client.post(f"/files/{file_id}/replay", headers=RIGHT).status_code == 200
    assert world.database.rows("SELECT xmin, ctid FROM movies") == before
    assert world.database.rows("SELECT version FROM data_version") == [(1,)]


def test_a_stored_file_that_is_refused_now_keeps_what_it_gave(make_world: MakeWorld) -> None:
    world = make_world()
    file_id = world.upload("a.json", [movie("A"), movie("B")]).get_json()["file"]
    strict = make_world(INGEST_RECORDS_MAX="1")
    assert strict.client.post(f"/files/{file_id}/replay", headers=RIGHT).status_code == 422
    assert world.titles() == ["A", "B"]
    assert world.ledger() == [("a.json", "stored")]


def test_a_superseded_file_stays_so(world: World) -> None:
    old = world.upload("a.json", [movie("Old")]).get_json()["file"]
    world.upload("a.json", [movie("New")])
    response = world.client.post(f"/files/{old}/replay", headers=RIGHT)
    assert response.get_json()["state"] == "superseded"
    assert world.titles() == ["New"]


def test_without_the_token_nothing_is_replayed(make_world: MakeWorld) -> None:
    world = make_world()
    file_id = world.upload("a.json", [movie()]).get_json()["file"]
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "é"},
    ):
        assert world.client.post(f"/files/{file_id}/replay", headers=headers).status_code == 401
    off = make_world(INGEST_TOKEN="")
    response = off.client.post(f"/files/{file_id}/replay", headers={"Authorization": "Bearer "})
    assert response.status_code == 403
    assert "INGEST_TOKEN" in response.get_json()["detail"]
