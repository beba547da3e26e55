"""The explorer in a real Chromium, on a real query function; what every page must keep is checked at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, sync_playwright

from local import programs
from local.postgres import Postgres
from tests.browser import ledgers
from tests.browser.movies import FILES
from tests.browser.watching import OpenPage, opener
from tests.support import databases, functions
from tests.support.aws import Aws
from tests.support.filling import fill


@dataclass(frozen=True)
class Explorer:
    """Where it is served, by which process, and a way to add a file to what it shows: add(key, body)."""

    url: str
    query: functions.Function
    add: Callable[[str, bytes], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last: Playwright's event loop runs in this thread from then on, and no other test could run one."""
    here = Path(__file__).parent
    items.sort(key=lambda item: here in item.path.parents)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    program = programs.chromium()
    if program is None:
        pytest.skip(programs.CHROMIUM_ABSENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=programs.CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def explorer(chromium: Browser, postgres: Postgres, aws: Aws, run_folder: Path) -> Iterator[Explorer]:
    """The explorer on the sample. Tests share it: none of them changes what is in it."""
    folder = run_folder / "explorer"
    folder.mkdir()
    with _served(postgres, aws, folder) as made:
        for key, body in FILES.items():
            made.add(key, body)
        yield made


@pytest.fixture
def own_explorer(chromium: Browser, postgres: Postgres, aws: Aws, tmp_path: Path) -> Iterator[Explorer]:
    """One for a test alone, with nothing in it yet."""
    with _served(postgres, aws, tmp_path) as made:
        yield made


@pytest.fixture
def open_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """open_page("/?q=alien", width=320, scheme="dark"): a page of `explorer`, alone in its context."""
    with opener(chromium, lambda: str(request.getfixturevalue("explorer").url)) as open_one:
        yield open_one


@pytest.fixture(scope="session")
def ledger(chromium: Browser, postgres: Postgres, aws: Aws, run_folder: Path) -> Iterator[ledgers.Ledger]:
    """The ledger's page on files of every state. Tests share it: none of them changes what is in it."""
    folder = run_folder / "ledger"
    folder.mkdir()
    with ledgers.served(postgres, aws, folder) as made:
        for key, body in ledgers.SAMPLE.items():
            made.add(key, body)
        for _ in range(2):
            made.bury("lost/never-came.json")
        yield made


@pytest.fixture
def own_ledger(chromium: Browser, postgres: Postgres, aws: Aws, tmp_path: Path) -> Iterator[ledgers.Ledger]:
    """One for a test alone, with nothing in it yet."""
    with ledgers.served(postgres, aws, tmp_path) as made:
        yield made


@pytest.fixture
def open_ledger(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """open_page for the page of `ledger`."""
    with opener(chromium, lambda: str(request.getfixturevalue("ledger").url)) as open_one:
        yield open_one


@contextmanager
def _served(postgres: Postgres, aws: Aws, folder: Path) -> Iterator[Explorer]:
    name = f"browser_{uuid4().hex[:12]}"
    with databases.fresh(postgres, name) as database:
        environment = {"DATABASE_URL": database.query, "QUERY_POLL_MS": "100"}
        query = functions.start_function("query", environment, folder)
        try:
            yield Explorer(
                query.url,
                query,
                lambda key, body: fill(aws, database, folder, name.replace("_", "-"), {key: body}),
            )
        finally:
            query.stop()
