"""The SQL of this function: `-- name:` sections of the .sql files beside this module."""

from __future__ import annotations

import re
from pathlib import Path

_SECTION = re.compile(r"^-- name: (\w+)[^\n]*\n", re.MULTILINE)


def load(file: str) -> dict[str, str]:
    """The statements of one file by name."""
    parts = _SECTION.split((Path(__file__).parent / f"{file}.sql").read_text("utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


SESSION = load("session")
LEDGER = load("ledger")
STAGE = load("stage")
PUBLISH = load("publish")
SETTLE = load("settle")
DEAD_LETTERS = load("dead_letters")
