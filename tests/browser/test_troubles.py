"""A slow, failing, absent, stale or empty service: the page says so and helps."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_while_an_answer_is_waited_for_something_is_seen(open_page):
    held = []

    def hold(route):
        held.append(route)

    page = open_page(network=lambda context: context.route("**/movies?*", hold))
    expect(page.locator(".waiting").first).to_be_visible()
    expect(page.locator("#progress")).to_be_visible()
    held[0].continue_()
    expect(page.locator("#grid h3").first).to_be_visible()
    expect(page.locator("#progress")).to_be_hidden()


def test_a_service_that_fails_is_asked_again_and_then_by_hand(open_page):
    asked = []
    failing = True

    def answer(route):
        asked.append(route.request.url)
        if failing:
            route.fulfill(status=503, headers={"Retry-After": "0"}, json={"detail": "Try again."})
        else:
            route.continue_()

    page = open_page(network=lambda context: context.route("**/movies?*", answer), expects_errors=True)
    expect(page.get_by_role("heading", name="The service has a problem")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="Try again.")).to_be_visible()
    assert len(asked) == 3
    failing = False
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#grid h3").first).to_be_visible()


def test_without_a_connection_the_page_says_so(open_page):
    page = open_page(expects_errors=True)
    expect(page.locator("#grid > li").first).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name=re.compile("^Drama")).click()
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.get_by_text("This device is offline.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#grid > li").first).to_be_visible()


def test_what_may_be_behind_the_database_is_marked(open_page):
    def stale(route):
        answer = route.fetch()
        route.fulfill(
            response=answer, headers={**answer.headers, "age": "42", "warning": '110 - "Response is Stale"'}
        )

    page = open_page(network=lambda context: context.route("**/movies?*", stale))
    expect(page.get_by_role("alert")).to_contain_text("right 42 seconds ago")


def test_a_parameter_that_cannot_be_used_is_named(open_page):
    page = open_page("/?year_from=abc", expects_errors=True)
    expect(page.get_by_role("alert").filter(has_text="'year_from' must be a whole number")).to_be_visible()
    page.locator(".state").get_by_role("button", name="Without abc or later").click()
    expect(page.locator("#grid > li").first).to_be_visible()


def test_nothing_found_offers_what_to_take_off_and_what_was_meant(open_page):
    page = open_page("/?q=casablnca&genre=Western")
    expect(page.get_by_role("heading", name="No movie matches all of this")).to_be_visible()
    expect(page.get_by_role("link", name="Casablanca")).to_be_visible()
    page.locator(".state").get_by_role("button", name="Without Western").click()
    expect(page.locator("#grid h3")).to_have_text(["Casablanca"])


def test_an_empty_service_tells_how_to_fill_it_and_a_new_file_appears(open_page, own_explorer):
    page = open_page(base=own_explorer.url)
    expect(page.get_by_role("heading", name="There are no movies yet")).to_be_visible()
    own_explorer.add("one.json", b'{"title": "First Light", "year": 1999}')
    expect(page.locator("#toast")).to_contain_text("1 movie more")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#grid h3")).to_have_text(["First Light"])
    expect(page.locator("#freshness")).to_contain_text("1 movie, updated")
