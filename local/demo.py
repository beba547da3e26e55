"""`make demo`: plays the explorer in Chromium, uploads a file meanwhile, and keeps it as docs/explorer.gif."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from local import loading, programs, state
from local.data import files_to_load
from local.ports import free_port
from local.settings import ROOT, load
from local.stack import Stack

PICTURE = ROOT / "docs" / "explorer.gif"
BYTES_MAX = 2_000_000
COLOURS = 96
WIDTH, HEIGHT = 1000, 620
MOVIE = {
    "title": "The Upload",
    "year": 2026,
    "cast": ["You"],
    "genres": ["Documentary"],
    "extract": "A file is put into a bucket, and is here before the kettle boils.",
}
# A strip that shows what is typed in a terminal meanwhile.
STRIP = """(text) => {
  const strip = document.getElementById("strip") ?? document.createElement("pre");
  strip.id = "strip";
  strip.textContent = text;
  strip.hidden = !text;
  Object.assign(strip.style, { position: "fixed", left: "24px", bottom: "20px", zIndex: 20, margin: 0, padding: "10px 18px",
    borderRadius: "10px", background: "#16181f", color: "#d8f0d2", font: "15px/1.5 monospace" });
  document.body.append(strip);
}"""


class Film:
    """Frames, and how long each is shown."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: list[Image.Image] = []
        self._milliseconds: list[int] = []

    def take(self, milliseconds: int) -> None:
        picture = Image.open(io.BytesIO(self._page.screenshot())).convert("RGB")
        self._frames.append(picture.quantize(COLOURS, dither=Image.Dither.NONE))
        self._milliseconds.append(milliseconds)

    def save(self) -> int:
        """Write the picture; its size in bytes."""
        first, *rest = self._frames
        first.save(
            PICTURE, save_all=True, append_images=rest, duration=self._milliseconds, loop=0, optimize=True
        )
        return PICTURE.stat().st_size


def main() -> None:
    program = programs.chromium()
    if program is None:
        sys.exit(f"demo: {programs.CHROMIUM_ABSENT}")
    with _own_stack() as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=programs.CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
        page.goto(stack.query_url)
        page.wait_for_selector("#facets section")
        film = Film(page)
        _look_around(page, film)
        _upload(page, film, stack)
        browser.close()
    size = film.save()
    print(f"{PICTURE.relative_to(ROOT)}: {size:,} bytes")
    if size > BYTES_MAX:
        sys.exit(f"demo: more than {BYTES_MAX:,} bytes; fewer frames, please")


@contextmanager
def _own_stack() -> Iterator[Stack]:
    """A stack that is gone afterwards, whatever else runs on this machine."""
    with tempfile.TemporaryDirectory(prefix="movie-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL may run as another user
        own = replace(
            load(),
            state=folder,
            query_port=free_port(),
            ingest_port=free_port(),
            aws_port=free_port(),
            postgres_port=free_port(),
        )
        with state.locked(own.state), Stack(own) as stack:
            stack.start()
            loading.load(stack, files_to_load(own.data))
            yield stack


def _look_around(page: Page, film: Film) -> None:
    film.take(1600)
    page.locator("#q").click()
    for letter in "casablnca":
        page.keyboard.press(letter)
        page.wait_for_timeout(60)
        if letter in "aln":
            film.take(170)
    page.wait_for_timeout(700)
    film.take(1600)
    page.keyboard.press("Enter")
    page.locator("#grid a").first.click()
    page.wait_for_selector("#movie .others")
    film.take(2000)
    page.goto("/".join([*page.url.split("/")[:3], ""]))
    page.locator("[data-facet^='genre=']").nth(3).click()
    page.wait_for_timeout(600)
    film.take(1400)
    plot = page.locator(".plot").bounding_box()
    if plot is not None:
        page.mouse.move(plot["x"] + plot["width"] * 0.33, plot["y"] + 40)
        page.mouse.down()
        for share in (0.37, 0.41, 0.45):
            page.mouse.move(plot["x"] + plot["width"] * share, plot["y"] + 40)
            film.take(160)
        page.mouse.up()
    page.wait_for_timeout(600)
    film.take(1800)
    page.locator(".brand").click()
    page.mouse.move(5, 5)
    page.wait_for_timeout(600)


def _upload(page: Page, film: Film, stack: Stack) -> None:
    file = stack.settings.state / "the-upload.json"
    file.write_text(json.dumps(MOVIE))
    page.evaluate(STRIP, f"$ make upload FILES={file.name}")
    film.take(1300)
    done = subprocess.run(
        [sys.executable, "-m", "local.upload", file],
        env={**os.environ, "LOCAL_STATE": str(stack.settings.state)},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    page.evaluate(
        STRIP, f"$ make upload FILES={file.name}\n{done.stdout.replace(f'{file.parent}/', '').strip()}"
    )
    page.wait_for_selector("#toast:not([hidden])")
    film.take(2200)
    page.get_by_role("button", name="Show", exact=True).click()
    page.evaluate(STRIP, "")
    page.get_by_role("heading", name=str(MOVIE["title"])).wait_for()
    page.wait_for_timeout(400)
    film.take(3000)


if __name__ == "__main__":
    main()
