"""`make bench-browser`: what somebody waits for at the explorer and at Datasette's table page, in Chromium, on the same movies."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from local import programs
from tests.bench import machine, report
from tests.bench.data import stack
from tests.bench.running import all_started
from tests.bench.servers import servers
from tests.bench.settings import Settings

VISITS = 15
PAINT_MS_MAX, INTERACTION_MS_MAX = 200, 50
# Chromium tells of an event only when it took this long to be painted.
EVENT_MS_MIN = 16

FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
# From an event to the paint that shows what it did, as the browser measures it (Event Timing).
WATCH_EVENTS = f"""
window.waits = [];
new PerformanceObserver((list) => {{
  for (const each of list.getEntries()) if (each.interactionId) window.waits.push(each.duration);
}}).observe({{ type: "event", durationThreshold: {EVENT_MS_MIN}, buffered: true }});
"""
# From a click to the paint of the answer: by the wall, since the answer may be another page.
WATCH_CLICKS = """
addEventListener("click", () => sessionStorage.setItem("clicked", String(performance.timeOrigin + performance.now())), true);
"""
PAINTED = """async (answered) => {
  const clicked = Number(sessionStorage.getItem("clicked"));
  if (answered === "page") return performance.timeOrigin + performance.getEntriesByName("first-contentful-paint")[0].startTime - clicked;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return window.changed - clicked;
}"""
WATCH_GRID = """
addEventListener("DOMContentLoaded", () => {
  const grid = document.getElementById("grid");
  if (grid) new MutationObserver(() => { window.changed = performance.timeOrigin + performance.now(); }).observe(grid, { childList: true });
});
"""


@dataclass(frozen=True)
class Place:
    """A page: where it is, what shows that it is there, how it is narrowed and what its answer is."""

    name: str
    title: str
    path: str
    there: str
    narrow: str
    answered: str  # "page": another one comes; "grid": the same one changes


PLACES = [
    Place("query", "**this**: the explorer", "/", "#grid h3", "[data-facet='genre=Western']", "grid"),
    Place("datasette", "Datasette: its table page", "/films/films?_facet=year&_size=48", "table.rows-and-columns td",
          ".facet-info li a", "page"),
]  # fmt: skip


def visit(browser: Browser, url: str, place: Place) -> tuple[float, float]:
    """Milliseconds to the first paint with nothing kept, and from a click that narrows to the paint of the answer."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    try:
        for script in (WATCH_CLICKS, WATCH_GRID):
            context.add_init_script(script)
        page = context.new_page()
        page.goto(url + place.path)
        page.wait_for_selector(place.there)
        page.wait_for_selector(place.narrow)
        paint = float(page.evaluate(FIRST_PAINT))
        before = page.url
        page.locator(place.narrow).first.click()
        page.wait_for_function(
            "(before) => location.href !== before && document.readyState === 'complete'", arg=before
        )
        if place.answered == "grid":
            page.wait_for_function("window.changed > Number(sessionStorage.getItem('clicked'))")
        else:
            page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        return paint, float(page.evaluate(PAINTED, place.answered))
    finally:
        context.close()


def interactions(browser: Browser, url: str) -> list[float]:
    """Milliseconds from each key, click and drag at the explorer to its paint; what was faster than can be told is EVENT_MS_MIN."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    try:
        page = context.new_page()
        page.add_init_script(WATCH_EVENTS)
        page.goto(url)
        page.wait_for_selector("[data-facet='genre=Western']")
        done = 0
        for step in _steps(page):
            step()
            done += 1
            page.wait_for_timeout(400)
        waits = [float(each) for each in page.evaluate("window.waits")]
        return waits + [float(EVENT_MS_MIN)] * max(0, done - len(waits))
    finally:
        context.close()


def _steps(page: Page) -> Iterable[Callable[[], None]]:
    box = page.locator("#q")
    yield box.click
    for letter in "casablnca":
        yield lambda letter=letter: page.keyboard.press(letter)  # type: ignore[misc]
    yield lambda: page.keyboard.press("ArrowDown")
    yield lambda: page.keyboard.press("Escape")
    yield lambda: page.keyboard.press("Escape")
    yield page.locator("[data-facet='genre=Western']").click
    yield page.locator("[data-facet='decade=1950s']").click
    yield page.locator("#theme").click
    yield page.locator("#grid a").first.click
    yield page.locator(".back a").click
    end = page.get_by_role("slider").first
    for key in ("ArrowRight", "PageUp", "Escape"):
        yield lambda key=key: end.press(key)  # type: ignore[misc]


def run(settings: Settings) -> None:
    program = programs.chromium()
    if program is None:
        raise SystemExit(f"bench: {programs.CHROMIUM_ABSENT}")
    load = os.getloadavg()[0]
    with ExitStack() as opened:
        made = opened.enter_context(stack(settings.data))
        names = {place.name for place in PLACES}
        chosen = [server for server in servers(made, settings)[0] if server.name in names]
        urls = {
            running.server.name: f"http://127.0.0.1:{running.port}"
            for running in opened.enter_context(all_started(chosen, made))
        }
        playwright = opened.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=program, args=programs.CHROMIUM_ARGUMENTS)
        opened.callback(browser.close)
        rows = [_row(browser, urls[place.name], place) for place in PLACES if place.name in urls]
        waits = interactions(browser, urls["query"])
        about = machine.description(made.version, load)
        chromium = browser.version
    text = "\n\n".join(
        [_table(rows), _told(waits), *about, f"Chromium {chromium}, headless, {VISITS} visits each."]
    )
    print(text)
    if settings.write:
        report.put("browser", text)


def _row(browser: Browser, url: str, place: Place) -> list[str]:
    visit(browser, url, place)  # the server's first answers are not measured
    found = [visit(browser, url, place) for _ in range(VISITS)]
    figures = [f"{pick(times):.0f}" for times in zip(*found, strict=True) for pick in (median, max)]
    print(place.title, *figures, flush=True)
    return ["first visit, then narrowed", place.title, *figures]


def _table(rows: list[list[str]]) -> str:
    head = [
        "what",
        "page",
        "first paint ms, median",
        "largest",
        "click to answer painted ms, median",
        "largest",
    ]
    return report.table(head, rows)


def _told(waits: list[float]) -> str:
    worst = max(waits)
    verdict = "held" if worst <= INTERACTION_MS_MAX else "**not held**"
    return (
        f"Interaction to next paint at the explorer, {len(waits)} keys and clicks: median {median(waits):.0f} ms, largest "
        f"{worst:.0f} ms (Chromium tells in steps of 8 ms, from {EVENT_MS_MIN}); at most {INTERACTION_MS_MAX}: {verdict}. "
        f"First paint: at most {PAINT_MS_MAX} ms."
    )
