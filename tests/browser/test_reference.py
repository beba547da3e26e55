"""The API reference at /docs: whole, from here alone, with examples that run."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from query import contract

PATHS = list(contract.load().document["paths"])


def test_every_route_of_the_contract_is_listed(open_page):
    page = open_page("/docs")
    expect(page.locator(".opblock-summary-path")).to_have_count(len(PATHS))
    listed = page.locator(".opblock-summary-path").evaluate_all(
        "each => each.map((path) => path.dataset.path)"
    )
    assert sorted(listed) == sorted(PATHS)


@pytest.mark.parametrize(
    "operation", ["listMovies", "getMovie", "suggest", "getFacets", "getStatus", "listMoviesOfYear"]
)
def test_an_example_runs_as_it_stands(open_page, operation):
    tag = "service" if operation == "getStatus" else "movies"
    page = open_page(f"/docs#/{tag}/{operation}")
    block = page.locator(f"#operations-{tag}-{operation}")
    block.get_by_role("button", name="Execute").click()
    expect(block.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")


def test_without_a_network_the_page_is_whole_and_its_examples_run(open_page, explorer):
    """Every request but those to query itself is refused, and is told to have been made."""
    asked, here = [], urlsplit(explorer.url).netloc

    def away(context):
        context.on("request", lambda request: asked.append(request.url))
        context.route(lambda url: urlsplit(url).netloc not in ("", here), lambda route: route.abort())

    page = open_page("/docs#/service/getStatus", network=away)
    expect(page.locator(".opblock-summary-path")).to_have_count(len(PATHS))
    block = page.locator("#operations-service-getStatus")
    block.get_by_role("button", name="Execute").click()
    expect(block.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    expect(block.locator(".live-responses-table tbody .response-col_description").first).to_contain_text(
        "data_version"
    )
    assert f"{explorer.url}/status" in asked
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {here}
