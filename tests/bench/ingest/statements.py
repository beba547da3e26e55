"""Where the time of a load goes: the server's own times of ingest's statements, by their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

_SQL = Path(__file__).parents[3] / "functions" / "ingest" / "ingest" / "sql"
_SECTION = re.compile(r"^-- name: (\w+)[^\n]*\n([^\n]+)", re.MULTILINE)
_DURATION = re.compile(r"duration: ([0-9.]+) ms  statement: ([^\n]+)")


FILES = ("stage", "publish", "settle")


def seconds(log: Path, start: int, files: Sequence[str] = FILES) -> dict[str, float]:
    """Seconds by the name of the statement, from this byte of the log on; what is none of ingest's is left out."""
    names = _names(files)
    found: Counter[str] = Counter()
    with log.open(encoding="utf-8", errors="replace") as lines:
        lines.seek(start)
        for line in lines:
            said = _DURATION.search(line)
            name = said and names.get(said[2].strip())
            if said and name:
                found[name] += float(said[1]) / 1000  # type: ignore[assignment]
    return dict(found.most_common())


def _names(files: Sequence[str]) -> dict[str, str]:
    """The name of each statement by its first line; the names of those that begin alike, together."""
    pairs = [
        (first.strip(), name)
        for file in files
        for name, first in _SECTION.findall((_SQL / f"{file}.sql").read_text("utf-8"))
    ]
    found: dict[str, str] = {}
    for first, name in pairs:
        found[first] = f"{found[first]}, {name}" if first in found else name
    return found
