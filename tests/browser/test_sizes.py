"""From a small phone to a wall: nothing overflows, in either theme; each is kept as a picture."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from local.settings import ROOT

PICTURES = ROOT / "tests" / "browser" / "screenshots"
SIZES = [(320, 640), (375, 812), (768, 1024), (1024, 768), (1440, 900), (2560, 1440)]
PLACES = {
    "list": "/",
    "search": "/?q=the&genre=Drama",
    "hostile": "/?year_from=1901&year_to=1901",
    "empty": "/?q=zzzz",
}


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_overflows(open_page, width, height):
    page = open_page(width=width, height=height)
    for name, path in PLACES.items():
        page.goto(path)
        expect(page.locator("#grid h3, .state").first).to_be_visible()
        expect(page.locator("#count")).to_contain_text("movie")
        assert overflow(page) <= 0, name
        picture(page, f"{name}-{width}-light")
    page.goto("/?year_from=1901&year_to=1901&sort=title")
    page.locator("#grid a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert overflow(page) <= 0, "movie"
    picture(page, f"movie-{width}-light")


@pytest.mark.parametrize("width", [320, 1440])
def test_the_dark_theme_is_chosen_by_the_system_or_by_hand(open_page, width):
    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page = open_page(width=width, height=900, scheme="dark")
    expect(page.locator("#grid > li").first).to_be_visible()
    dark = ground()
    picture(page, f"list-{width}-dark")
    page.get_by_role("button", name="Theme: system").click()
    expect(page.get_by_role("button", name="Theme: light")).to_be_visible()
    light = ground()
    assert light != dark
    page.reload()
    assert ground() == light
