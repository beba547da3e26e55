"""The ledger's page from phone to wall, in both themes, with the keyboard alone, and to who listens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import violations
from tests.browser.test_sizes import SIZES, overflow, picture

PLACES = {
    "list": "/",
    "failed": "/?state=failed",
    "none": "/?prefix=absent",
    "letters": "/?list=dead-letters",
}


def at(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")


def open_file(page: Page, key: str) -> None:
    at(page, "/")
    page.get_by_role("link", name=key).click()
    expect(page.get_by_role("heading", level=1, name=key)).to_be_visible()
    expect(page.get_by_role("heading", name="In the ledger")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_overflows_and_axe_finds_nothing(open_ledger, width, height, scheme):
    page = open_ledger(width=width, height=height, scheme=scheme)
    found = {}
    for name, path in PLACES.items():
        at(page, path)
        assert overflow(page) <= 0, name
        picture(page, f"ledger-{name}-{width}-{scheme}")
        found[name] = violations(page)
    for name, key in (
        ("stored", "2026/mixed.ndjson"),
        ("hostile", "2026/<script>"),
        ("long", "archive/a-key"),
    ):
        open_file(page, key)
        assert overflow(page) <= 0, name
        picture(page, f"ledger-{name}-{width}-{scheme}")
        found[name] = violations(page)
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    picture(page, f"ledger-token-{width}-{scheme}")
    found["token"] = violations(page)
    assert {name: each for name, each in found.items() if each} == {}


def test_narrow_open_replay_and_return_with_keys_alone(open_ledger):
    page = open_ledger()
    expect(page.locator(".rows li").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the files")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Key begins with")).to_be_focused()
    page.keyboard.type("2026/", delay=20)
    expect(page.locator(".rows li")).to_have_count(4)
    page.keyboard.press("Tab")
    rows = page.locator(".rows a")
    expect(rows.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="2026/mixed.ndjson")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Replay")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Bearer token")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Replay")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(rows.nth(1)).to_be_focused()


def test_who_listens_hears_how_many_files_there_are(open_ledger):
    page = open_ledger("/?state=failed")
    expect(page.locator("#said")).to_have_text("2 files shown")
    assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
    assert page.get_by_role("search").count() == 1
