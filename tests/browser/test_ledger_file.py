"""One file of the ledger: rejects to read and to keep, and replay for who has the token."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.ledgers import REJECTS, TOKEN, served
from tests.browser.movies import SCRIPT

KEPT = "({...sessionStorage, ...localStorage})"


def open_file(page: Page, key: str) -> None:
    page.get_by_role("link", name=key).click()
    expect(page.get_by_role("heading", name="In the ledger")).to_be_visible()


@pytest.fixture
def replays(own_ledger, open_ledger):
    """A page of a file that failed, and the replays that were asked for, by their Authorization."""
    own_ledger.add("broken.json", b"nothing")
    page = open_ledger(base=own_ledger.url, expects_errors=True)
    asked: list[str | None] = []
    page.on(
        "request",
        lambda request: (
            asked.append(request.headers.get("authorization")) if request.method == "POST" else None
        ),
    )
    open_file(page, "broken.json")
    return page, asked


def give(page: Page, token: str) -> None:
    dialog = page.get_by_role("dialog", name="Who replays needs the token")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Bearer token").fill(token)
    dialog.get_by_role("button", name="Replay").click()


def test_rejected_records_are_shown_as_text_and_downloaded(open_ledger, ledger):
    page = open_ledger()
    open_file(page, "2026/mixed.ndjson")
    expect(page.get_by_role("heading", name=f"{REJECTS} rejected records")).to_be_visible()
    expect(page.locator(".rejects li")).to_have_count(20)
    expect(page.locator(".rejects li").first).to_contain_text("Record 1year must be a whole number")
    expect(page.locator(".rejects pre").first).to_contain_text(SCRIPT)
    page.get_by_role("button", name="Show more").click()
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".rejects li")).to_have_count(REJECTS)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as NDJSON").click()
    assert download.value.suggested_filename.startswith("rejects-")
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"title": f"Movie {n}", "year": SCRIPT} for n in range(REJECTS)
    ]
    assert page.evaluate("window.harmed") is None


def test_a_failed_file_says_why_and_what_to_do(open_ledger):
    page = open_ledger("/?state=failed")
    open_file(page, "archive/broken.json")
    expect(page.locator(".reason")).to_contain_text("not JSON: Unterminated string")
    expect(page.locator(".reason")).to_contain_text("Mend the file and upload it again")
    expect(page.get_by_role("heading", name="rejected")).to_have_count(0)


def test_the_token_is_asked_for_once_and_the_file_is_read_anew(replays, own_ledger):
    page, asked = replays
    own_ledger.database.rows("UPDATE files SET state = 'received', reason = NULL")
    own_ledger.bucket.s3.put_object(Bucket=own_ledger.bucket.name, Key="broken.json", Body=b"nothing")
    page.get_by_role("button", name="Replay").click()
    give(page, TOKEN)
    expect(page.locator(".outcome")).to_contain_text("the file is not JSON")
    expect(page.locator(".label")).to_have_text("failed")
    page.get_by_role("button", name="Replay").click()
    expect(page.locator("dt:text('Attempts') + dd")).to_have_text("3")
    assert asked == [f"Bearer {TOKEN}"] * 2
    assert page.evaluate(KEPT) == {"ingest-token": TOKEN}
    assert TOKEN not in page.url


def test_a_wrong_token_is_refused_asked_for_anew_and_not_kept(replays):
    page, asked = replays
    page.get_by_role("button", name="Replay").click()
    give(page, "not-the-token-at-all")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text(
        "This is not the token of this ingest."
    )
    expect(page.get_by_label("Bearer token")).to_have_value("")
    assert page.evaluate(KEPT) == {}
    give(page, TOKEN)
    expect(page.locator(".outcome")).to_contain_text("the file is not JSON")
    assert asked == ["Bearer not-the-token-at-all", f"Bearer {TOKEN}"]


def test_who_would_rather_not_leaves_all_as_it_was(replays):
    page, asked = replays
    page.get_by_role("button", name="Replay").click()
    page.get_by_label("Bearer token").fill(TOKEN)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Replay")).to_be_focused()
    assert (asked, page.evaluate(KEPT)) == ([], {})


def test_a_replay_that_stores_says_so(own_ledger, open_ledger):
    own_ledger.add("good.json", b'{"title": "Good", "year": 1999}')
    page = open_ledger(base=own_ledger.url)
    open_file(page, "good.json")
    page.get_by_role("button", name="Replay").click()
    give(page, TOKEN)
    expect(page.locator(".outcome")).to_have_text("Read anew: stored.")
    expect(page.locator("dt:text('Attempts') + dd")).to_have_text("2")


def test_without_a_token_replay_is_off_and_the_page_says_why(open_ledger, postgres, aws, tmp_path):
    with served(postgres, aws, tmp_path, token="") as silent:
        silent.add("broken.json", b"nothing")
        page = open_ledger(base=silent.url)
        open_file(page, "broken.json")
        expect(page.get_by_text("Replay is off: this ingest runs without a token.")).to_be_visible()
        expect(page.get_by_role("button", name="Replay")).to_have_count(0)
