"""Counters of this process as Prometheus text."""

from __future__ import annotations

import threading
from collections import Counter

_HELP = {
    "ingest_changes_total": "Changes of keys handled, by what became of them.",
    "ingest_refusals_total": "Changes that raised an error, by its kind.",
    "ingest_records_total": "Records of published files, by what became of them.",
    "ingest_dead_letters_total": "Events that the Broker gave up, by the last answer's code.",
    "ingest_seconds_total": "Time spent on changes.",
}


class Metrics:
    """Safe for any number of threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._values: Counter[tuple[str, str, str]] = Counter()

    def add(self, name: str, value: float = 1, label: str = "", word: str = "") -> None:
        """Raise a counter that `_HELP` names."""
        with self._guard:
            self._values[name, label, word] += value  # type: ignore[assignment]

    def text(self) -> str:
        """The exposition format, version 0.0.4."""
        with self._guard:
            values = sorted(self._values.items())
        lines: list[str] = []
        for name, what in _HELP.items():
            lines += [f"# HELP {name} {what}", f"# TYPE {name} counter"]
            for (each, label, word), value in values:
                if each == name:
                    labels = f'{{{label}="{word}"}}' if label else ""
                    lines.append(
                        f"{name}{labels} {value:g}" if value < 1e6 else f"{name}{labels} {value:.3f}"
                    )
        return "\n".join(lines) + "\n"
