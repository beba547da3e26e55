"""An object was created: its movies are there when the answer is."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

from tests.integration.ingest.conftest import World, movie


def test_a_file_becomes_movies_with_people_and_genres(world: World) -> None:
    film = movie("Solaris", 1972, cast=["Natalya Bondarchuk", "Donatas Banionis"], href="Solaris_(1972_film)")
    response = world.upload("a.json", [film])
    assert response.status_code == 200
    [doc] = world.docs()
    assert list(doc) == ["id", "title", "year", "cast", "genres", "href"]
    assert doc == film | {"id": doc["id"]}
    served = world.served()
    assert [row[0] for row in served["people"]] == ["donatas banionis", "natalya bondarchuk"]
    assert [row[0] for row in served["genres"]] == ["drama"]
    columns = ("key", "state", "entries", "stored", "merged", "rejected", "attempts", "data_version")
    assert world.ledger(*columns) == [("a.json", "stored", 1, 1, 0, 0, 1, 1)]
    world.check_counts()


def test_the_answer_is_an_event_that_names_the_file(world: World) -> None:
    response = world.upload("a.json", [movie()])
    assert response.headers["ce-type"] == "dev.movies.file.ingested"
    body = response.get_json()
    assert body["key"] == "a.json"
    assert body["counts"] == {"entries": 1, "stored": 1, "merged": 0, "rejected": 0}
    assert body["data_version"] == 1


@pytest.mark.parametrize("key", ["with space.json", "a+b.json", "é/ü.json", "100%.json", "a%20b.json"])
def test_any_key_is_found_again(world: World, key: str) -> None:
    assert world.upload(key, [movie()]).status_code == 200
    assert world.ledger() == [(key, "stored")]


LINES = [movie("One"), movie("Two")]
FORMATS = {
    "array": json.dumps(LINES).encode(),
    "pretty array": json.dumps(LINES, indent=4).encode(),
    "lines": "\n".join(map(json.dumps, LINES)).encode(),
    "lines, the last one ended": "".join(json.dumps(line) + "\r\n" for line in LINES).encode(),
    "with BOM": b"\xef\xbb\xbf" + json.dumps(LINES).encode(),
    "gzip": gzip.compress(json.dumps(LINES).encode()),
    "gzip of lines with BOM": gzip.compress(b"\xef\xbb\xbf" + "\n".join(map(json.dumps, LINES)).encode()),
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_gives_the_same_movies(world: World, form: str) -> None:
    assert world.upload("films", FORMATS[form]).status_code == 200
    assert world.titles() == ["One", "Two"]


def test_one_object_is_a_file_too(world: World) -> None:
    world.upload("one.json", movie("Alone"))
    assert world.titles() == ["Alone"]


def test_an_empty_array_is_stored_and_gives_nothing(world: World) -> None:
    assert world.upload("empty.json", []).status_code == 200
    assert world.ledger("state", "entries", "stored") == [("stored", 0, 0)]
    assert world.database.rows("SELECT version, movie_count, file_count FROM data_version") == [(0, 0, 1)]


def test_repeats_within_a_file_merge_in_order(world: World) -> None:
    world.upload(
        "a.json",
        [
            movie(
                cast=["A", "B"], genres=["Drama"], extract="long enough", thumbnail="t1", thumbnail_width=1
            ),
            movie("Other"),
            movie(cast=["B", "C"], genres=["Mystery", "Drama"], extract="short", thumbnail="t2"),
        ],
    )
    solaris = next(doc for doc in world.docs() if doc["title"] == "Solaris")
    assert solaris["cast"] == ["A", "B", "C"]
    assert solaris["genres"] == ["Drama", "Mystery"]
    assert (solaris["extract"], solaris["thumbnail"], solaris["thumbnail_width"]) == ("long enough", "t1", 1)
    assert world.ledger("entries", "stored", "merged", "rejected") == [(3, 2, 1, 0)]


def test_spellings_of_one_person_are_one_link(world: World) -> None:
    world.upload("a.json", [movie(cast=["Léa Seydoux", "lea  seydoux", "LÉA SEYDOUX"])])
    assert [row[0] for row in world.served()["people"]] == ["lea seydoux"]
    assert world.docs()[0]["cast"] == ["Léa Seydoux", "lea  seydoux", "LÉA SEYDOUX"]


TEXTS = ['quo"te', "back\\slash", "tab\tin", "line\nbreak", "{curly}", "a,b", "\\N", "NULL", "\\."]
TEXTS += ["😀 é", "\x01\x7f", "\\u0000", "a\rb", "'", "\u2028", "%s", "\x1f\x85"]


def test_every_character_survives_the_way_into_the_database(world: World) -> None:
    films = [
        movie(f"{n:02}{text}x", cast=[f"x{text}x", "y"], extract=f"x{text}x") for n, text in enumerate(TEXTS)
    ]
    assert world.upload("a.json", films).status_code == 200
    assert [{name: doc[name] for name in films[0]} for doc in world.docs()] == films
    rows = world.database.rows("SELECT title, castmembers FROM records ORDER BY title")
    assert sorted(rows) == sorted((film["title"], film["cast"]) for film in films)


def test_the_largest_record_that_the_limits_allow_is_stored(world: World) -> None:
    """Every field full of letters of four bytes, all different: what is derived from them must have room too."""
    letters = [chr(code) for code in range(0x20000, 0x20000 + 40_000)]

    def text(length: int, at: int) -> str:
        return "".join(letters[(at + n) % len(letters)] for n in range(length))

    names = [text(200, 197 * n) for n in range(500)]
    film = {
        "title": text(500, 0),
        "year": 2100,
        "cast": names,
        "genres": names,
        "href": text(2048, 7),
        "extract": " ".join(text(99, 100 * n) for n in range(200)),
        "thumbnail": text(2048, 9),
        "thumbnail_width": 100_000,
        "thumbnail_height": 100_000,
    }
    body = json.dumps(film, ensure_ascii=False).encode()
    assert 900_000 < len(body) < 1 << 20
    assert world.upload("large.json", body).status_code == 200
    [doc] = world.docs()
    assert doc == film | {"id": doc["id"]}


def test_unknown_fields_are_left_out_and_named(world: World) -> None:
    world.upload("a.json", [movie(rating=5), movie("Two", director={"name": "x"})])
    assert world.ledger("ignored_fields") == [(["rating", "director"],)]
    assert all("rating" not in doc and "director" not in doc for doc in world.docs())


def test_a_folder_marker_is_no_file(world: World) -> None:
    assert world.upload("folder/", b"").status_code == 200
    assert world.ledger() == []


def test_a_test_event_asks_for_nothing(world: World) -> None:
    response = world.client.post("/", json={"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"})
    assert response.status_code == 200


def test_a_bare_notification_goes_the_same_way(world: World) -> None:
    record = world.record("a.json", eTag=world.put("a.json", [movie()]))
    assert world.client.post("/", json={"Records": [record]}).status_code == 200
    assert world.titles() == ["Solaris"]


@pytest.mark.parametrize("kind", ["dev.knative.eventing.aws-sqs", "com.amazonaws.s3.ObjectCreated:Put"])
@pytest.mark.parametrize("as_text", [False, True])
def test_a_structured_event_goes_the_same_way(world: World, kind: str, as_text: bool) -> None:
    data = {"Records": [world.record("a.json", eTag=world.put("a.json", [movie()]))]}
    event = {
        "specversion": "1.0",
        "id": "1",
        "type": kind,
        "source": "test",
        "data": json.dumps(data) if as_text else data,
    }
    body = json.dumps(event)
    response = world.client.post("/", data=body, content_type="application/cloudevents+json")
    assert response.status_code == 200, response.text
    assert world.titles() == ["Solaris"]


def test_a_structured_event_may_hold_its_data_as_base64(world: World) -> None:
    data = json.dumps({"Records": [world.record("a.json", eTag=world.put("a.json", [movie()]))]})
    event = {
        "specversion": "1.0",
        "id": "1",
        "type": "dev.knative.eventing.aws-sqs",
        "source": "test",
        "data_base64": base64.b64encode(data.encode()).decode(),
    }
    response = world.client.post("/", data=json.dumps(event), content_type="application/cloudevents+json")
    assert response.status_code == 200, response.text
    assert world.titles() == ["Solaris"]


@pytest.mark.parametrize(
    "name", ["Put", "Post", "Copy", "CompleteMultipartUpload", "s3:ObjectCreated:Put", "*"]
)
def test_every_way_to_create_an_object_counts(world: World, name: str) -> None:
    name = name if name.startswith("s3:") else f"ObjectCreated:{name}"
    world.deliver(world.record("a.json", name, eTag=world.put("a.json", [movie()])))
    assert world.titles() == ["Solaris"]


@pytest.mark.parametrize("name", ["ObjectTagging:Put", "s3:Replication:OperationFailedReplication"])
def test_other_notifications_ask_for_nothing(world: World, name: str) -> None:
    response = world.deliver(world.record("a.json", name, eTag=world.put("a.json", [movie()])))
    assert (response.status_code, response.text, world.ledger()) == (200, "", [])


def test_one_record_as_data_goes_the_same_way(world: World) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-type": "com.amazonaws.s3.ObjectCreated:Put",
        "ce-source": "aws:s3",
    }
    record = world.record("a.json", eTag=world.put("a.json", [movie()]))
    assert world.client.post("/", json=record, headers=headers).status_code == 200
    assert world.titles() == ["Solaris"]


def test_several_records_are_each_handled_and_the_worst_is_the_answer(world: World) -> None:
    good = world.record("good.json", eTag=world.put("good.json", [movie("Good")]))
    bad = world.record("bad.json", eTag=world.put("bad.json", b"not json"))
    best = world.record("best.json", eTag=world.put("best.json", [movie("Best")]))
    assert world.deliver(good, bad, best).status_code == 422
    assert world.titles() == ["Best", "Good"]
    assert world.ledger() == [("good.json", "stored"), ("bad.json", "failed"), ("best.json", "stored")]
