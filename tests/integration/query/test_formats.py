"""Media types by Accept: pages and streams of NDJSON and CSV, compressed or not, each with its ETag."""

import csv
import gzip
import io
import json

import pytest
import zstandard

NDJSON, CSV = "application/x-ndjson", "text/csv"


def lines(answer) -> list[dict]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == NDJSON
    return [json.loads(line) for line in answer.content.split(b"\n")[:-1]]


def test_lines_are_all_that_matches_unless_a_limit_is_given(query):
    whole = query("/movies").json()
    everything = query("/movies", Accept=NDJSON)
    assert lines(everything) == whole
    assert "Link" not in everything.headers
    page = query("/movies?limit=2", Accept=NDJSON)
    assert lines(page) == whole[:2]
    assert lines(query(page.links["next"]["url"], Accept=NDJSON)) == whole[2:4]
    assert lines(query("/movies/genre/drama", Accept=NDJSON)) == query("/movies/genre/drama").json()
    assert lines(query("/movies?q=tom", Accept=NDJSON)) == query("/movies?q=tom").json()
    assert lines(query("/movies?name=nothing", Accept=NDJSON)) == []
    assert query("/movies/genre/nothing", Accept=NDJSON).status_code == 404


def test_fields_and_counts_go_with_a_stream(query):
    answer = query("/movies?fields=title&count=true&genre=drama", Accept=NDJSON)
    titles = [{"title": movie["title"]} for movie in query("/movies?genre=drama").json()]
    assert lines(answer) == titles
    assert answer.headers["X-Total-Count"] == str(len(titles))


def test_a_csv_is_a_table_of_the_same(query):
    answer = query("/movies?sort=year", Accept=CSV)
    assert answer.headers["Content-Type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert [(row["title"], row["cast"]) for row in table] == [
        (movie["title"], "; ".join(movie["cast"])) for movie in query("/movies?sort=year").json()
    ]


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("text/*", "text/csv"),
        ("application/json;q=0.5, application/x-ndjson", NDJSON),
        ("application/json;q=0, */*", NDJSON),
        ("text/csv;q=0.9, application/*;q=0.2", "text/csv"),
    ],
)
def test_the_best_of_what_is_accepted_is_given(query, accept, given):
    answer = query("/movies?limit=1", Accept=accept)
    assert answer.headers["Content-Type"].split(";")[0] == given
    assert "Accept" in answer.headers["Vary"]


def test_what_is_not_there_is_a_406_that_says_what_is(query):
    refused = query("/movies", Accept="application/xml")
    assert (refused.status_code, refused.headers["Content-Type"]) == (406, "application/problem+json")
    assert "text/csv" in refused.json()["allowed"]
    assert query("/facets", Accept=CSV).status_code == 406


@pytest.mark.parametrize("accept", ["application/json", NDJSON, CSV])
@pytest.mark.parametrize("path", ["/movies", "/movies?limit=100"])
def test_every_representation_has_its_own_etag_and_the_same_content(query, path, accept):
    plain = query(path, Accept=accept, **{"Accept-Encoding": "identity"})
    tags = {plain.headers["ETag"]}
    for coding, unpack in (("gzip", gzip.decompress), ("zstd", _unpacked)):
        answer = query(path, Accept=accept, raw=True, **{"Accept-Encoding": coding})
        assert answer.headers["Content-Encoding"] == coding
        assert unpack(answer.content) == plain.content
        tags.add(answer.headers["ETag"])
        again = query(
            path, Accept=accept, **{"Accept-Encoding": coding, "If-None-Match": f"W/{answer.headers['ETag']}"}
        )
        assert (again.status_code, again.content) == (304, b"")
    assert len(tags) == 3
    assert query(path, Accept="*/*", **{"If-None-Match": '"other-1"'}).status_code == 200


@pytest.mark.parametrize("accept", ["application/json", NDJSON, CSV])
@pytest.mark.parametrize("path", ["/movies", "/movies?limit=2"])
def test_head_has_the_headers_of_get_and_no_body(query, path, accept):
    head, get = query(path, method="HEAD", Accept=accept), query(path, Accept=accept)
    assert head.content == b""
    unlike = {"Date", "date", "Server-Timing", "server-timing", "transfer-encoding", "Transfer-Encoding"}
    assert {n: v for n, v in head.headers.items() if n not in unlike} == {
        name: value for name, value in get.headers.items() if name not in unlike
    }


def _unpacked(body: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(body)
