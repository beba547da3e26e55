"""Search as one types, with suggestions."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_what_is_typed_is_searched_for_and_stands_in_the_address(open_page):
    page = open_page()
    page.get_by_role("combobox", name="Search").press_sequentially("casablnca", delay=20)
    expect(page.get_by_role("heading", name="Casablanca")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=casablnca$"))
    expect(page.locator("#count")).to_have_text("1 movie")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/$"))


def test_suggestions_are_chosen_with_the_arrow_keys(open_page):
    page = open_page()
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("tom cru", delay=20)
    expect(page.get_by_role("option", name="Tom Cruise Person")).to_be_visible()
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    pointed = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    expect(pointed).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"\?cast=Tom\+Cruise$"))
    expect(box).to_have_value("")
    expect(page.get_by_role("button", name="Without Tom Cruise")).to_be_visible()


def test_escape_closes_the_suggestions_then_empties_the_box(open_page):
    page = open_page("/?q=alien")
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_have_value("alien")
    box.focus()
    box.press("End")
    box.press_sequentially("s")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("aliens")
    box.press("Escape")
    expect(box).to_have_value("")
    expect(page).to_have_url(re.compile(r"/$"))


def test_an_answer_that_is_overtaken_is_not_shown(open_page):
    """The first search is slow, the second is not; the first one's answer may not cover it."""

    page = open_page()
    held = []

    def hold(route):
        held.append(route)

    page.route("**/movies?q=alien&*", hold)
    box = page.get_by_role("combobox", name="Search")
    with page.expect_request("**/movies?q=alien&*"):
        box.fill("alien")
    box.fill("casablanca")
    expect(page.locator("#count")).to_have_text("1 movie")
    page.wait_for_timeout(200)
    for route in held:
        route.fulfill(json=[])
    expect(page.locator("#grid h3")).to_have_text(["Casablanca"])
