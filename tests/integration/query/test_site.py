"""The explorer's files as they are served: small, kept, revalidated, compressed, and under a strict policy."""

from __future__ import annotations

import gzip
import re

import pytest
import zstandard
from query.site import HERE

BYTES_MAX = 150_000


@pytest.fixture
def assets(query) -> list[str]:
    return sorted(set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', query("/").text)))


def test_the_page_and_all_that_it_needs_is_small(query, assets):
    bodies = [query(path).content for path in ("/", *assets)]
    assert sum(map(len, bodies)) < BYTES_MAX


def test_the_page_names_every_file_and_every_one_is_served_to_be_kept(query, assets):
    assert {path.rpartition("/")[2] for path in assets} == {
        path.name for path in (HERE / "explorer").iterdir()
    } - {"index.html"}
    for path in assets:
        answer = query(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_is_asked_for_anew_and_not_sent_again(query):
    page = query("/?q=alien&utm_source=elsewhere")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-cache")
    again = query("/", **{"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_reference_page_has_all_its_files_here(query):
    page = query("/docs")
    files = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text)
    assert {query(path).status_code for path in files} == {200}
    assert "swagger-ui-bundle.js" in page.text
    assert "default-src 'none'; script-src 'self'" in page.headers["Content-Security-Policy"]


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed(query):
    policy = dict(
        part.strip().split(" ", 1) for part in query("/").headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' https://upload.wikimedia.org"
    assert not re.search(r"<script>|<style|\sstyle=|\son[a-z]+=", query("/").text)


def test_files_come_in_the_coding_that_is_wanted(query, assets):
    path = next(each for each in assets if each.endswith("explorer.css"))
    plain = query(path, **{"Accept-Encoding": "identity"}).content
    packed = query(path, raw=True, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain
    packed = query(path, raw=True, **{"Accept-Encoding": "zstd"})
    assert zstandard.ZstdDecompressor().decompress(packed.content, max_output_size=BYTES_MAX) == plain
    assert packed.headers["ETag"] != query(path).headers["ETag"]


def test_another_release_gets_the_files_that_there_are_and_keeps_none(query, assets):
    """While pods are renewed, the page of one may ask another."""
    path = next(each for each in assets if each.endswith("main.js"))
    answer = query(f"/assets/{'0' * 12}/main.js")
    assert answer.content == query(path).content
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/assets/{'0' * 12}/absent.js", 404),
        ("/assets/main.js", 400),
        ("/assets/..%2Fopenapi.yaml", 400),
        (f"/assets/{'0' * 12}/main.js?x=1", 400),
    ],
)
def test_what_is_not_there_is_a_problem_as_everywhere(query, path, status):
    answer = query(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
