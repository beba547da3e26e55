"""Fixtures of the laptop stack's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of events, closed at the end."""
    made = Receiver()
    yield made
    made.close()
