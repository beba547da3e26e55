"""A movie's own page; back, and sharing."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.movies import FILES


def test_a_movie_opens_and_the_way_back_ends_where_it_began(open_page):
    page = open_page("/?genre=Drama", height=600)
    card = page.locator("#grid > li").nth(20)
    card.locator("a").hover()
    before = page.evaluate("scrollY")
    assert before > 0
    title = card.locator("h3").text_content()
    card.locator("a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page).to_have_title(re.compile(re.escape(title)))
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(card.locator("a")).to_be_focused()
    assert page.evaluate("scrollY") == before


def test_an_address_that_is_shared_shows_the_same_to_others(open_page):
    page = open_page("/?q=casablanca")
    page.locator("#grid a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Casablanca")
    shared = page.url
    other = open_page(shared)
    expect(other.get_by_role("heading", level=1)).to_have_text("Casablanca")
    other.get_by_role("link", name="← All movies").click()
    expect(other.locator("#grid h3")).to_have_text(["Casablanca"])


def test_genre_person_and_year_lead_to_more_like_it(open_page):
    page = open_page("/?q=casablanca")
    page.locator("#grid a").first.click()
    page.locator("#movie").get_by_role("link", name="Romance").click()
    expect(page).to_have_url(re.compile(r"/\?genre=Romance$"))
    expect(page.locator("#grid h3").first).to_be_visible()


def test_a_movie_that_is_not_there_says_so(open_page):
    page = open_page("/?movie=00000000-0000-5000-8000-000000000000", expects_errors=True)
    expect(page.get_by_role("heading", name="There is no such movie")).to_be_visible()
    page.get_by_role("link", name="← All movies").click()
    expect(page.locator("#grid > li").first).to_be_visible()


def test_all_movies_come_by_scrolling_each_once(open_page):
    page = open_page("/?sort=title")
    expect(page.locator("#grid > li").first).to_be_visible()
    total = page.evaluate("fetch('/status').then((answer) => answer.json()).then((status) => status.movies)")
    for _ in range(10):
        page.mouse.wheel(0, 20_000)
        page.wait_for_timeout(150)
    expect(page.locator("#grid > li")).to_have_count(total)
    shown = page.locator("#grid a").evaluate_all("links => links.map((link) => link.href)")
    assert len(set(shown)) == total > len(FILES)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
