"""From the first key to a movie and back without a pointer."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_the_skip_link_comes_first_and_leads_to_the_movies(open_page):
    page = open_page()
    expect(page.locator("#grid > li").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the movies")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the movies")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#movies")).to_be_focused()


def test_search_narrow_open_and_return_with_keys_alone(open_page):
    page = open_page()
    expect(page.locator("#grid > li").first).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type("the", delay=20)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=the"))
    facet = page.locator("[data-facet^='genre=']").first
    facet.focus()
    page.keyboard.press("Space")
    expect(page.locator("#chosen > li")).to_have_count(3)
    expect(page.locator("[data-facet^='genre=']").first).to_be_focused()
    cards = page.locator("#grid a")
    cards.first.focus()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#movie")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(cards.nth(1)).to_be_focused()


def test_whatever_has_the_focus_shows_it(open_page):
    page = open_page()
    expect(page.locator("#grid > li").first).to_be_visible()
    seen = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        width, style, name = page.evaluate(
            "(() => { const of = document.activeElement, style = getComputedStyle(of);"
            " return [parseFloat(style.outlineWidth), style.outlineStyle, of.outerHTML.slice(0, 80)] })()"
        )
        assert (width >= 2, style) == (True, "solid"), name
        seen.add(name)
    assert len(seen) > 15
