"""The ledger's page stays as the ledger is, politely, and says so where it cannot."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.ledgers import SAMPLE

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
LIST = "**/files?*"


def counted(page: Page) -> list[str]:
    """The requests for the list from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/files?" in request.url else None)
    return asked


def test_an_empty_ledger_tells_how_to_fill_it_and_a_new_file_appears(open_ledger, own_ledger):
    page = open_ledger(base=own_ledger.url)
    expect(page.get_by_role("heading", name="No file has come yet")).to_be_visible()
    expect(page.locator(".state pre")).to_have_text("make upload FILES=films.json")
    own_ledger.add("films.json", b'{"title": "First Light", "year": 1999}')
    expect(page.locator(".rows .key")).to_have_text(["films.json"])
    expect(page.locator("#said")).to_have_text("1 new file")


def test_a_file_that_is_open_changes_as_the_ledger_does(open_ledger, own_ledger):
    own_ledger.add("films.json", b"nothing")
    own_ledger.database.rows(
        "UPDATE files SET state = 'received', reason = NULL, last_error = 'S3 broke off', finished_at = NULL"
    )
    page = open_ledger(base=own_ledger.url)
    expect(page.locator(".rows .why")).to_have_text("S3 broke off")
    page.locator(".rows a").click()
    expect(page.locator(".label")).to_have_text("received")
    expect(page.locator(".reason")).to_contain_text("S3 broke off")
    own_ledger.database.rows("UPDATE files SET state = 'superseded', last_error = NULL")
    expect(page.locator(".label")).to_have_text("superseded")


def test_nothing_is_asked_while_nobody_looks(open_ledger):
    page = open_ledger("/?prefix=none")
    page.clock.install()
    page.goto("/")
    expect(page.get_by_role("button", name="Live")).to_be_visible()
    asked = counted(page)
    page.evaluate(HIDE, True)
    page.clock.run_for(120_000)
    assert asked == []
    with page.expect_request(LIST):
        page.evaluate(HIDE, False)


def test_a_page_that_nobody_touches_rests_until_somebody_does(open_ledger):
    page = open_ledger("/?prefix=none")
    page.clock.install()
    page.goto("/")
    expect(page.get_by_role("button", name="Live")).to_be_visible()
    page.clock.fast_forward(601_000)
    expect(page.get_by_role("button", name="Paused")).to_be_visible()
    asked = counted(page)
    page.clock.run_for(60_000)
    assert asked == []
    page.get_by_role("button", name="Paused").click()
    expect(page.get_by_role("button", name="Live")).to_be_visible()
    assert asked


def test_a_ledger_that_cannot_be_read_is_told_and_asked_again(open_ledger):
    failing = True

    def answer(route):
        if failing:
            route.fulfill(status=503, json={"detail": "The database cannot be used now; try again."})
        else:
            route.continue_()

    page = open_ledger(network=lambda context: context.route(LIST, answer), expects_errors=True)
    expect(page.get_by_role("heading", name="The ledger cannot be read now")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("The database cannot be used now")
    failing = False
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".rows .key")).to_have_count(len(SAMPLE))
    expect(page.get_by_role("alert")).to_be_hidden()
    failing = True
    page.get_by_role("button", name="Live").click()
    expect(page.get_by_role("alert")).to_contain_text("what is shown may be old")
    expect(page.locator(".rows .key")).to_have_count(len(SAMPLE))


def test_an_ingest_that_is_gone_is_told_and_asked_less_and_less_often(open_ledger, own_ledger):
    page = open_ledger("/?prefix=none", base=own_ledger.url, expects_errors=True)
    page.clock.install()
    page.goto("/")
    expect(page.get_by_role("heading", name="No file has come yet")).to_be_visible()
    own_ledger.ingest.stop()
    asked = counted(page)
    page.get_by_role("button", name="Live").click()
    expect(page.get_by_role("alert")).to_contain_text("Ingest cannot be reached.")
    waits = ["8", "16", "32", "60", "60"]
    for seconds, following in zip(waits, [*waits[1:], "60"], strict=True):
        expect(page.get_by_role("alert")).to_contain_text(f"within {seconds} seconds")
        page.clock.run_for(int(seconds) * 1000)
        expect(page.get_by_role("alert")).to_contain_text(f"within {following} seconds")
    assert len(asked) == 1 + len(waits)


def test_a_file_or_a_state_that_is_not_there_says_so(open_ledger):
    page = open_ledger("/?file=999999", expects_errors=True)
    expect(page.get_by_role("alert").filter(has_text="There is no file 999999.")).to_be_visible()
    page.goto("/?state=lost")
    expect(page.get_by_role("alert").filter(has_text="The parameter 'state' must be one of")).to_be_visible()
    page.get_by_role("link", name="All files").click()
    expect(page.locator(".rows .key")).to_have_count(len(SAMPLE))
