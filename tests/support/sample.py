"""The sample of movies, and walks through the pages of a query function that has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests

SAMPLE = Path(__file__).parents[1] / "data/movies-sample.json"
MOVIES: list[dict[str, Any]] = json.loads(SAMPLE.read_text())
PAGES_MAX = 500
Query = Callable[..., requests.Response]


def pages(query: Query, path: str) -> Iterator[requests.Response]:
    """Every page from `path` on, by the Link header."""
    following: str | None = path
    for _ in range(PAGES_MAX):
        if following is None:
            return
        page = query(following)
        assert page.status_code == 200, page.text
        yield page
        following = page.links.get("next", {}).get("url")
    raise AssertionError(f"more than {PAGES_MAX} pages: {following}")
