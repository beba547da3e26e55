"""Data is text, never markup; nothing is asked of strangers."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.movies import POSTER, SCRIPT
from tests.browser.watching import POSTERS


def test_a_movie_that_looks_like_markup_is_shown_as_text(open_page):
    page = open_page("/?year_from=1901&year_to=1901")
    page.get_by_role("heading", name=SCRIPT).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPT)
    expect(page.locator("#movie").get_by_role("link", name="<b>Bold</b>")).to_be_visible()
    address = page.get_by_role("link", name="Read on Wikipedia").get_attribute("href")
    assert address.startswith("https://en.wikipedia.org/wiki/")
    assert page.evaluate("window.harmed") is None


def test_a_poster_covers_its_drawing_and_comes_from_a_known_place_only(open_page):
    page = open_page("/?year_from=1901&year_to=1901")
    expect(page.locator("img.there")).to_have_count(1)
    assert page.locator("#grid img").evaluate_all("each => each.map((image) => image.src)") == [POSTER]
    expect(page.locator("#grid .art")).to_have_count(5)


def test_a_poster_that_does_not_arrive_leaves_the_drawing(open_page):
    def away(context):
        context.route(f"https://{POSTERS}/**", lambda route: route.abort())

    page = open_page("/?year_from=1901&year_to=1901", network=away, expects_errors=True)
    expect(page.locator("#grid .art")).to_have_count(5)
    expect(page.locator("#grid img")).to_have_count(0)


def test_the_policy_forbids_what_the_page_does_not_need(open_page):
    page = open_page(expects_errors=True)
    expect(page.locator("#grid > li").first).to_be_visible()
    refused = page.evaluate(
        """async () => {
            const refused = [];
            try { document.body.innerHTML = "<b>"; } catch { refused.push("markup"); }
            await fetch("https://example.org/").catch(() => refused.push("elsewhere"));
            const script = document.createElement("script");
            try { script.textContent = "window.harmed = true"; document.body.append(script); } catch { refused.push("script"); }
            return refused;
        }"""
    )
    assert refused == ["markup", "elsewhere", "script"]
    assert page.evaluate("window.harmed") is None
