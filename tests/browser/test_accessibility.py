"""axe-core finds nothing, in either theme, in every state of the page."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

MS_SETTLED = 150


def violations(page: Page) -> list[str]:
    page.wait_for_timeout(MS_SETTLED)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, scheme):
    page = open_page(scheme=scheme, expects_errors=True)
    expect(page.locator("#grid > li").first).to_be_visible()
    expect(page.locator("#facets section").first).to_be_visible()
    found = {"list": violations(page)}
    page.get_by_role("combobox", name="Search").press_sequentially("tom", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    found["suggestions"] = violations(page)
    for name, path in (
        ("narrowed", "/?genre=Drama&year_from=1950&year_to=1999"),
        ("hostile", "/?year_from=1901&year_to=1901"),
        ("empty", "/?q=zzzz&genre=Drama"),
        ("refused", "/?year_from=abc"),
    ):
        page.goto(path)
        expect(page.locator("#grid h3, .state").first).to_be_visible()
        found[name] = violations(page)
    page.goto("/?q=casablanca")
    page.locator("#grid a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Casablanca")
    found["movie"] = violations(page)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/")
    page.get_by_text("Filters", exact=True).click()
    expect(page.locator("#facets section").first).to_be_visible()
    found["phone"] = violations(page)
    assert {name: each for name, each in found.items() if each} == {}


def test_who_listens_hears_how_many_match(open_page):
    page = open_page("/?genre=Western")
    expect(page.locator("#grid > li").first).to_be_visible()
    expect(page.locator("#said")).to_have_text(f"{page.locator('#grid > li').count()} movies match")
    assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
    assert page.get_by_role("search").count() == page.get_by_role("complementary").count() == 1
