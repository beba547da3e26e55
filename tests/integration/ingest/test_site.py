"""The ledger's page as it is served: small, whole, asked for anew, under a strict policy; and events still come to /."""

from __future__ import annotations

import re

import pytest
from ingest.site import FOLDER

from tests.integration.ingest.conftest import MakeWorld, World, movie

BYTES_MAX = 40_000


def test_the_page_and_all_that_it_needs_is_small(world: World) -> None:
    files = [f"/assets/{path.name}" for path in FOLDER.iterdir() if path.suffix != ".html"]
    assert sum(len(world.client.get(path).data) for path in ("/", *files)) < BYTES_MAX


def test_the_page_names_every_file_and_every_one_is_served_as_what_it_is(world: World) -> None:
    named = set(re.findall(r'(?:href|src)="/assets/([^"]+)"', world.client.get("/").text))
    assert named == {path.name for path in FOLDER.iterdir()} - {"index.html"}
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    for name in named:
        answer = world.client.get(f"/assets/{name}")
        assert (answer.status_code, answer.mimetype) == (200, kinds[name[name.rindex(".") :]])


@pytest.mark.parametrize("path", ["/?state=failed&utm_source=elsewhere", "/assets/main.js"])
def test_a_file_is_asked_for_anew_and_not_sent_again(world: World, path: str) -> None:
    first = world.client.get(path)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    again = world.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed(world: World) -> None:
    page = world.client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert {policy[f"{what}-src"] for what in ("script", "style", "img", "connect")} == {"'self'"}
    assert not re.search(r"<script>|<style|\sstyle=|\son[a-z]+=", page.text)


def test_the_page_knows_the_bucket_and_whether_there_is_a_token_but_not_the_token(
    make_world: MakeWorld,
) -> None:
    page = make_world(AWS_BUCKET_NAME='a"<b>').client.get("/").text
    assert '<meta name="bucket" content="a&#34;&lt;b&gt;">' in page.replace("&quot;", "&#34;")
    assert '<meta name="replay" content="on">' in page
    assert "a-token-for-tests-only" not in page
    assert '<meta name="replay" content="off">' in make_world(INGEST_TOKEN="").client.get("/").text


def test_no_answer_may_be_taken_for_what_it_is_not(world: World) -> None:
    file_id = world.upload("a.json", [movie(), {"title": "No year"}]).get_json()["file"]
    asked = [
        ("GET", path)
        for path in ("/", "/assets/main.js", "/files", f"/files/{file_id}", "/dead-letters", "/metrics")
    ]
    asked += [
        ("GET", f"/files/{file_id}/rejects"),
        ("GET", f"/files/{file_id}/rejects.ndjson"),
        ("GET", "/health/liveness"),
    ]
    asked += [
        ("GET", "/absent"),
        ("PUT", "/"),
        ("OPTIONS", "/"),
        ("POST", "/"),
        ("POST", f"/files/{file_id}/replay"),
    ]
    for method, path in asked:
        answer = world.client.open(path, method=method)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", (method, path)


def test_events_come_to_the_page_s_address_as_before(world: World) -> None:
    assert world.upload("a.json", [movie()]).headers["ce-type"] == "dev.movies.file.ingested"
    answer = world.client.put("/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    for method, path, status in (
        ("GET", "/assets/absent.js", 404),
        ("GET", "/assets/../main.py", 404),
        ("POST", "/assets/main.js", 404),
    ):
        assert world.client.open(path, method=method).status_code == status
