"""The ledger's page: which files there are, narrowed, older and newer ones, and what the Broker gave up."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.ledgers import HOSTILE_KEY, SAMPLE

STATES = ["all", "received", "stored", "duplicate", "superseded", "failed", "removed"]
MANY = """
INSERT INTO files (bucket, key, version, etag, state)
SELECT %s, 'many/' || n, 'v', 'e', 'superseded' FROM generate_series(1, 120) AS n
"""


def test_files_come_newest_first_with_state_counts_and_reason(open_ledger):
    page = open_ledger()
    expect(page.locator(".rows .key")).to_have_text(list(reversed(SAMPLE)))
    expect(page.locator(".rows .label")).to_have_text(
        ["stored", "failed", "failed", "stored", "duplicate", "stored"]
    )
    mixed = page.get_by_role("link", name="2026/mixed.ndjson")
    expect(mixed.locator(".counts")).to_have_text("50 stored · 50 rejected")
    expect(page.get_by_role("link", name="archive/broken.json").locator(".why")).to_contain_text("not JSON")
    assert page.evaluate("window.harmed") is None


def test_files_are_narrowed_by_state_and_key_and_the_address_says_so(open_ledger):
    page = open_ledger()
    states = page.get_by_role("navigation", name="State")
    expect(states.get_by_role("link")).to_have_text(STATES)
    states.get_by_role("link", name="failed").click()
    expect(page.locator(".rows .key")).to_have_text([HOSTILE_KEY, "archive/broken.json"])
    page.get_by_role("searchbox", name="Key begins with").press_sequentially("archive/", delay=20)
    expect(page.locator(".rows .key")).to_have_text(["archive/broken.json"])
    expect(page).to_have_url(re.compile(r"/\?state=failed&prefix=archive/$"))
    shared = open_ledger(page.url.partition(page.evaluate("location.origin"))[2])
    expect(shared.locator(".rows .key")).to_have_text(["archive/broken.json"])
    expect(shared.get_by_role("searchbox")).to_have_value("archive/")
    states.get_by_role("link", name="all").click()
    expect(page.locator(".rows .key")).to_have_count(2)
    page.get_by_role("searchbox").press("Escape")
    expect(page.locator(".rows .key")).to_have_count(len(SAMPLE))


def test_nothing_found_leads_back_to_all_files(open_ledger):
    page = open_ledger("/?state=received")
    expect(page.get_by_role("heading", name="No file is like this")).to_be_visible()
    page.get_by_role("link", name="All files").click()
    expect(page.locator(".rows .key")).to_have_count(len(SAMPLE))


def test_a_file_opens_and_the_way_back_ends_where_it_began(open_ledger):
    page = open_ledger("/?prefix=2026/", height=400)
    row = page.get_by_role("link", name="2026/films.json")
    row.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    row.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2026/films.json")
    expect(page).to_have_title("2026/films.json · Ledger")
    expect(page.locator("main")).to_be_focused()
    page.get_by_role("link", name="← All files").click()
    expect(row).to_be_focused()
    assert page.evaluate("scrollY") == before


def test_older_files_come_when_they_are_asked_for_and_stay(open_ledger, own_ledger):
    own_ledger.database.rows(MANY, own_ledger.bucket.name)
    page = open_ledger(base=own_ledger.url)
    expect(page.locator(".rows li")).to_have_count(50)
    more = page.get_by_role("button", name="Show older files")
    more.click()
    expect(page.locator(".rows li")).to_have_count(100)
    expect(page.locator(".rows a").nth(50)).to_be_focused()
    more.click()
    expect(page.locator(".rows li")).to_have_count(120)
    expect(more).to_be_hidden()
    own_ledger.add("new.json", b'{"title": "New", "year": 1999}')
    expect(page.locator(".rows .key").first).to_have_text("new.json")
    expect(page.locator(".rows li")).to_have_count(121)


def test_what_the_broker_gave_up_is_listed(open_ledger):
    page = open_ledger()
    page.get_by_role("link", name="Dead letters").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dead letters")
    row = page.locator(".rows li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("422")
    expect(row).to_contain_text("given up 2 times")
    row.get_by_role("link", name="lost/never-came.json").click()
    expect(page).to_have_url(re.compile(r"/\?prefix=lost/never-came.json$"))
