"""S3's order of events, and SQL by name."""

from __future__ import annotations

import pytest
from ingest.ledger import not_after
from ingest.sql import DEAD_LETTERS, LEDGER, PUBLISH, SESSION, SETTLE, STAGE


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("0A", "0B", True),
        ("0B", "0A", False),
        ("0A", "0A", True),
        ("0A", "0A00", True),
        ("0A01", "0A", False),
        ("1", "0FFFF", False),
        ("0a", "0B", True),
        (None, "0A", False),
        ("0A", None, False),
    ],
)
def test_sequencers_are_compared_as_text_padded_on_the_right(
    left: str | None, right: str | None, expected: bool
) -> None:
    assert not_after(left, right) is expected


def test_every_statement_has_a_name_and_a_body() -> None:
    for file in (DEAD_LETTERS, LEDGER, PUBLISH, SESSION, SETTLE, STAGE):
        assert file
        assert all(text and "-- name" not in text for text in file.values())
