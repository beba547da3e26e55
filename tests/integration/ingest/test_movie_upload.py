"""POST /movie: into the bucket, and from there the road of everything else."""

from __future__ import annotations

import json

from tests.integration.ingest.conftest import TOKEN, MakeWorld, World, movie

RIGHT = {"Authorization": f"Bearer {TOKEN}"}


def test_a_movie_is_put_into_the_bucket_and_not_yet_stored(world: World) -> None:
    response = world.client.post("/movie", json=movie("Éclair"), headers=RIGHT)
    assert response.status_code == 202
    answer = response.get_json()
    assert world.ledger() == []
    body = world.bucket.s3.get_object(Bucket=world.bucket.name, Key=answer["key"])["Body"].read()
    assert json.loads(body) == [movie("Éclair")]
    world.deliver(world.record(answer["key"]))
    assert response.headers["Location"] == answer["ledger"]
    [row] = world.client.get(answer["ledger"]).get_json()
    assert (row["key"], row["state"]) == (answer["key"], "stored")
    assert world.titles() == ["Éclair"]


def test_the_same_movies_have_the_same_key(world: World) -> None:
    keys = {
        world.client.post("/movie", json=[movie("A"), movie("B")], headers=RIGHT).get_json()["key"]
        for _ in range(2)
    }
    assert len(keys) == 1


def test_every_record_and_field_that_cannot_be_stored_is_named(world: World) -> None:
    body = [movie(), {"title": "x"}, movie(cast=["a\0"])]
    response = world.client.post("/movie", json=body, headers=RIGHT)
    assert response.status_code == 400
    errors = [(error["record"], error["field"]) for error in response.get_json()["errors"]]
    assert errors == [(2, "year"), (3, "cast")]
    assert world.bucket.s3.list_objects_v2(Bucket=world.bucket.name)["KeyCount"] == 0


def test_what_is_no_movie_is_refused(world: World) -> None:
    for body in (b"", b"nope", b"[]", b"[" * 5000, b'{"title":"a","year":NaN}', b"7", b"\xff", b"1" * 5000):
        response = world.client.post("/movie", data=body, headers=RIGHT)
        assert response.status_code == 400, body[:20]
        assert response.mimetype == "application/problem+json"


def test_what_a_file_would_be_refused_for_is_refused_here(world: World) -> None:
    deep = b'{"title":"a","year":1999,"x":' + b"[" * 40 + b"]" * 40 + b"}"
    response = world.client.post("/movie", data=deep, headers=RIGHT)
    assert response.status_code == 400
    assert "nested more than 32 levels" in response.get_json()["detail"]


def test_the_token_is_needed_and_the_size_is_bounded(make_world: MakeWorld) -> None:
    world = make_world(INGEST_UPLOAD_BYTES_MAX="2000")
    assert world.client.post("/movie", json=movie()).status_code == 401
    assert world.client.post("/movie", data=b" " * 3000, headers=RIGHT).status_code == 413
    assert make_world(INGEST_TOKEN="").client.post("/movie", json=movie(), headers=RIGHT).status_code == 403
