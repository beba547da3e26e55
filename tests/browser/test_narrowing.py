"""Facets with counts, the timeline, the filters that are on."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def press(page: Page, facet: Locator) -> str:
    """Press a facet and wait for as many movies as it says; its name."""
    says = int((facet.locator("small").text_content() or "").replace(",", ""))
    name = facet.locator("span").text_content() or ""
    facet.click()
    expect(page.locator("#count")).to_have_text("1 movie" if says == 1 else f"{says} movies")
    expect(page.locator("#grid > li")).to_have_count(min(says, 48))
    return name


def test_a_facet_leaves_as_many_movies_as_it_says(open_page):
    page = open_page()
    crime = page.get_by_role("button", name=re.compile("^Crime"))
    press(page, crime)
    expect(crime).to_have_attribute("aria-pressed", "true")
    crime.click()
    expect(page).to_have_url(re.compile(r"/$"))


def test_a_facet_is_seen_pressed_before_there_is_an_answer(open_page):
    page = open_page()
    crime = page.get_by_role("button", name=re.compile("^Crime"))
    expect(crime).to_have_attribute("aria-pressed", "false")
    page.context.route("**/facets?*", lambda _: None)  # never answered
    crime.click()
    expect(crime).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("genre=Crime"))


def test_genre_decade_and_person_narrow_together(open_page):
    page = open_page()
    press(page, page.get_by_role("button", name=re.compile("^Drama")))
    press(page, page.get_by_role("button", name=re.compile("^1990s")))
    name = press(page, page.locator("[data-facet^='cast=']").first)
    expect(page.get_by_role("button", name=f"Without {name}")).to_be_visible()
    expect(page).to_have_url(re.compile("year_from=1990&year_to=1999&genre=Drama&cast="))
    page.get_by_role("button", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"/$"))


def test_years_are_brushed_over_with_a_pointer(open_page):
    page = open_page("/?genre=Drama")
    plot = page.locator(".plot")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 20, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"year_from=\d{4}&year_to=\d{4}&genre=Drama"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?genre=Drama$"))


def test_years_are_chosen_with_the_keyboard(open_page):
    page = open_page()
    first = page.get_by_role("slider", name="From year")
    expect(first).to_have_attribute("aria-valuenow", "1901")
    first.focus()
    first.press("PageUp")
    first.press("ArrowRight")
    expect(page).to_have_url(re.compile("year_from=1912"))
    expect(first).to_have_attribute("aria-valuetext", re.compile("^1912, .* movie"))
    first.press("Escape")
    expect(page).to_have_url(re.compile(r"/$"))


def test_the_order_is_chosen(open_page):
    page = open_page()
    page.get_by_label("Order").select_option("title")
    expect(page).to_have_url(re.compile("sort=title"))
    expect(page.locator("#grid h3").nth(1)).to_have_text("2001: A Space Odyssey")


def test_the_chosen_command_asks_for_what_is_shown(open_page, explorer):
    page = open_page("/?q=tom%27s+alien&genre=Horror")
    page.get_by_role("button", name="Copy as curl").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()")
    assert command == f"curl '{explorer.url}/movies?q=tom%27s+alien&genre=Horror&limit=48'"
