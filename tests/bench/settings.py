"""What the environment says about a bench."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "performance.md"
STATE = ROOT / ".local"


def _numbers(variable: str, default: str, low: int, high: int) -> tuple[int, ...]:
    return tuple(
        int(_parsed(variable, each, low, high)) for each in os.environ.get(variable, default).split(",")
    )


def _number(variable: str, default: str, low: float, high: float) -> float:
    return _parsed(variable, os.environ.get(variable, default), low, high)


def _parsed(variable: str, text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise SystemExit(f"bench: {variable} must be a number from {low:g} to {high:g}, not {text[:40]!r}")
    return value


def _names(variable: str) -> frozenset[str]:
    return frozenset(name for name in os.environ.get(variable, "").split(",") if name)


def _chosen(variable: str, asked: frozenset[str], known: Sequence[str]) -> list[str]:
    if unknown := asked - set(known):
        raise SystemExit(
            f"bench: {variable} names {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        )
    return [name for name in known if not asked or name in asked]


def _data() -> Path:
    given = os.environ.get("BENCH_DATA")
    folders = [Path(given)] if given else [ROOT.parent / "shared" / "data", ROOT / "tests" / "data"]
    for folder in folders:
        if any(folder.glob("*.json")):
            return folder
    raise SystemExit(
        f"bench: no *.json in {' or '.join(map(str, folders))}; BENCH_DATA names a folder with movies"
    )


@dataclass(frozen=True)
class Settings:
    """Each field's variable and default stand beside it."""

    seconds: float = field(default_factory=lambda: _number("BENCH_SECONDS", "360", 5, 7200))
    rate: float = field(default_factory=lambda: _number("BENCH_RATE", "200", 1, 5000))
    rounds: int = field(default_factory=lambda: int(_number("BENCH_ROUNDS", "3", 1, 50)))
    connections: tuple[int, ...] = field(
        default_factory=lambda: _numbers("BENCH_CONNECTIONS", "8,32", 1, 256)
    )
    go_binary: str = field(default_factory=lambda: os.environ.get("BENCH_GO_BINARY", ""))
    servers: frozenset[str] = field(default_factory=lambda: _names("BENCH_SERVERS"))
    workloads: frozenset[str] = field(default_factory=lambda: _names("BENCH_WORKLOADS"))
    write: bool = field(default_factory=lambda: os.environ.get("BENCH_WRITE", "yes") != "no")
    data: Path = field(default_factory=_data)

    def servers_of(self, known: Sequence[str]) -> list[str]:
        """Which of these to measure: all, where none is named. Raises SystemExit for a name that none has."""
        return _chosen("BENCH_SERVERS", self.servers, known)

    def workloads_of(self, known: Sequence[str]) -> list[str]:
        """As servers_of."""
        return _chosen("BENCH_WORKLOADS", self.workloads, known)
