"""GET /files, /files/{id}, /files/{id}/rejects."""

from __future__ import annotations

import json

import pytest

from tests.integration.ingest.conftest import World, movie


def test_the_ledger_is_listed_newest_first(world: World) -> None:
    world.upload("a.json", [movie("A")])
    world.upload("b.json", b"nope")
    newest, oldest = world.client.get("/files").get_json()
    assert (newest["key"], newest["state"], oldest["key"], oldest["state"]) == (
        "b.json",
        "failed",
        "a.json",
        "stored",
    )
    assert newest["reason"]
    assert (oldest["entries"], oldest["attempts"], oldest["gives_movies"]) == (1, 1, True)
    assert len(oldest["sha256"]) == 64


def test_the_ledger_is_filtered_and_paged(world: World) -> None:
    for n in range(5):
        world.upload(f"{n}.json", [movie(str(n))])
    world.upload("bad.json", b"nope")
    assert [row["key"] for row in world.client.get("/files?state=failed").get_json()] == ["bad.json"]
    assert [row["key"] for row in world.client.get("/files?key=3.json").get_json()] == ["3.json"]
    seen, url = [], "/files?limit=2&state=stored"
    while url:
        response = world.client.get(url)
        seen += [row["key"] for row in response.get_json()]
        url = response.headers.get("Link", "").partition(">")[0].lstrip("<")
    assert seen == ["4.json", "3.json", "2.json", "1.json", "0.json"]


def test_the_ledger_is_asked_for_one_key(world: World) -> None:
    """The same bytes stand under several keys; who asks for one must not be told of the others."""
    for key in ("a b+é.json", "second.json", "second.json.bak"):
        world.upload(key, [movie()])
    for key in ("a b+é.json", "second.json"):
        rows = world.client.get("/files", query_string={"key": key, "limit": 100}).get_json()
        assert [row["key"] for row in rows] == [key]


def test_the_ledger_is_asked_for_keys_that_begin_so(world: World) -> None:
    for key in ("a_b/1.json", "a_b/2.json", "axb/1.json", "A_b/1.json"):
        world.upload(key, [movie(key)])
    rows = world.client.get("/files", query_string={"prefix": "a_b/"}).get_json()
    assert [row["key"] for row in rows] == ["a_b/2.json", "a_b/1.json"]


def test_the_ledger_comes_up_to_the_limit(world: World) -> None:
    for n in range(3):
        world.upload(f"{n}.json", [movie(str(n))])
    assert len(world.client.get("/files?limit=2").get_json()) == 2


WRONG = ["limit=0", "limit=x", "limit=1001", "state=lost", "before=-1", "key=%00", "kye=a", "limit=1&limit=2"]


@pytest.mark.parametrize("query", WRONG)
def test_the_ledger_names_a_parameter_that_cannot_be_used(world: World, query: str) -> None:
    response = world.client.get(f"/files?{query}")
    assert response.status_code == 400
    assert response.get_json()["parameter"] == query.partition("=")[0]


def test_one_file_is_read_by_its_number(world: World) -> None:
    file_id = world.upload("a.json", [movie()]).get_json()["file"]
    assert world.client.get(f"/files/{file_id}").get_json()["key"] == "a.json"
    for missing in (
        "/files/999999",
        f"/files/{10**30}",
        "/files/999999/rejects",
        "/files/999999/rejects.ndjson",
        "/files/x",
    ):
        response = world.client.get(missing)
        assert response.status_code == 404
        assert response.mimetype == "application/problem+json"


def test_rejects_are_listed_with_their_reasons_and_downloaded_to_be_corrected(world: World) -> None:
    bad = [{"title": f"é\u2028{n}", "year": str(n)} for n in range(250)]
    content = json.dumps([movie(), *bad], indent=2, ensure_ascii=False)
    file_id = world.upload("a.json", content.encode()).get_json()["file"]
    first = world.client.get(f"/files/{file_id}/rejects?limit=1").get_json()
    assert first == [
        {
            "position": 2,
            "field": "year",
            "reason": "year must be a whole number, not a string",
            "record": bad[0],
        }
    ]
    assert len(world.client.get(f"/files/{file_id}/rejects?limit=2").get_json()) == 2
    assert world.client.get(f"/files/{file_id}/rejects?limti=2").status_code == 400
    after = world.client.get(f"/files/{file_id}/rejects?after=250").get_json()
    assert [row["position"] for row in after] == [251]
    lines = world.client.get(f"/files/{file_id}/rejects", headers={"Accept": "application/x-ndjson"})
    assert lines.mimetype == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == bad
    kept = world.client.get(f"/files/{file_id}/rejects.ndjson")
    assert (kept.text, kept.mimetype) == (lines.text, "application/x-ndjson")
    assert kept.headers["Content-Disposition"] == f'attachment; filename="rejects-{file_id}.ndjson"'
    corrected = "".join(
        json.dumps(json.loads(line) | {"year": 1999}) + "\n" for line in lines.text.splitlines()
    )
    counts = world.upload("corrected.json", corrected.encode()).get_json()["counts"]
    assert counts == {"entries": 250, "stored": 250, "merged": 0, "rejected": 0}


def test_probes_and_metrics_answer(world: World) -> None:
    world.upload("a.json", [movie()])
    assert world.client.get("/health/liveness").status_code == 200
    assert world.client.get("/health/readiness").status_code == 200
    text = world.client.get("/metrics").text
    assert 'ingest_changes_total{state="stored"} 1.0\n' in text
    assert 'ingest_records_total{became="stored"} 1.0\n' in text


def test_other_paths_and_methods_are_problems(world: World) -> None:
    for method, path, status in (
        ("PUT", "/", 405),
        ("POST", "/x", 404),
        ("GET", "/x", 404),
        ("PUT", "/files", 405),
    ):
        response = world.client.open(path, method=method)
        assert response.status_code == status
        assert response.mimetype == "application/problem+json"
