"""One line on a terminal that tells how far something is; silence where nobody watches."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_PAUSE_S = 0.1
_BAR = 24


class Progress:
    """`total` is asked for once, and only on a terminal; 0 where it is not known."""

    def __init__(self, stream: TextIO, unit: str, total: Callable[[], int]) -> None:
        self._stream = stream
        self._unit = unit
        self._shown = stream.isatty()
        self._total = total() if self._shown else 0
        self._began = time.monotonic()
        self._next = 0.0
        self._width = 0

    def show(self, done: int, note: str = "") -> None:
        """Draw the line anew, at most ten times a second."""
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        self._next = now + _PAUSE_S
        self._draw(line(done, self._total, now - self._began, self._unit, note))

    def end(self) -> None:
        """Take the line away."""
        if self._shown and self._width:
            self._draw("")
            self._stream.write("\r")
            self._stream.flush()

    def _draw(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)


def line(done: int, total: int, seconds: float, unit: str, note: str) -> str:
    """How many of how many, the rate, and the time that is left at that rate."""
    rate = done / seconds if seconds > 0 else 0.0
    parts = [f"{done:,} of {total:,} {unit}" if total else f"{done:,} {unit}", f"{rate:,.0f}/s"]
    if total and rate:
        parts.append(f"{max(total - done, 0) / rate:,.0f} s left")
    if note:
        parts.append(note)
    filled = min(_BAR, _BAR * done // total) if total else 0
    bar = "[" + "#" * filled + " " * (_BAR - filled) + "] " if total else ""
    return bar + ", ".join(parts)
