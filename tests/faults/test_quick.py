"""The most telling faults once each, for a few seconds; `make faults` has all of them, many times over."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from unittest import mock

import pytest

from local.errors import StackError
from tests.faults import trying
from tests.faults.catalogue import load
from tests.faults.settings import Settings
from tests.faults.settings import load as load_settings
from tests.faults.system import System, system
from tests.faults.wire import haproxy

try:
    haproxy()
except StackError as absent:
    pytest.skip(str(absent), allow_module_level=True)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
FAULTS = {fault.name: fault for fault in load()}
SETTINGS: Settings = replace(load_settings(), rate=50, away_s=6)


@pytest.fixture(scope="module")
def here() -> Iterator[System]:
    """The whole system, for all tests of this file."""
    with mock.patch.dict(os.environ), system() as made:
        yield made


@pytest.mark.parametrize("name", ["query_sigkill", "primary_killed", "database_refused"])
def test_callers_notice_no_more_of_a_fault_than_it_allows_and_no_file_is_lost(
    here: System, name: str
) -> None:
    made = trying.run(FAULTS[name], here, SETTINGS)
    assert made.complaints == []
    assert made.verdict.accepted.total
