"""docs/security.md is true, and what is installed is what was pinned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/security.md").read_text("utf-8")
LOCKS = sorted(
    file.relative_to(ROOT)
    for file in (
        *ROOT.glob("*requirements*.txt"),
        *ROOT.glob("functions/*/*.txt"),
        *ROOT.glob("local/*.txt"),
        *ROOT.glob("tests/**/requirements*.txt"),
    )
)


def test_every_test_that_the_document_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    text = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert named
    assert named - set(re.findall(r"^def (test_\w+)", text, re.MULTILINE)) == set()


def test_every_risk_of_the_ten_has_a_line() -> None:
    assert re.findall(r"^\| API(\d+) ", DOCUMENT, re.MULTILINE) == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_every_dependency_is_pinned_with_its_hashes(lock: Path) -> None:
    entries = re.split(
        r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", (ROOT / lock).read_text(), flags=re.MULTILINE)
    )
    assert entries
    for entry in entries:
        assert re.match(r"[\w.\[\],-]+==\S+", entry.strip()), entry
        assert "--hash=sha256:" in entry, entry
