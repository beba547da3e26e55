"""What the environment says about `make faults`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from local.settings import ROOT, whole

REPORT = ROOT / "docs" / "reliability.md"
KEPT = ROOT / "docs" / "reliability.json"  # each row's figures, so that rows can be run one at a time


@dataclass(frozen=True)
class Settings:
    """Each field's variable and default stand in `load`."""

    tries: int
    names: tuple[str, ...]  # of faults; empty: all
    rate: int  # the prober's requests a second
    away_s: int  # how long a database is away
    soak_s: int  # how long the soak is
    write: bool
    logs: Path | None  # where to keep the logs of the parts


def load(tries: int = 20, rate: int = 100) -> Settings:
    """Read every setting, with these defaults; raises SettingError for the first that cannot be used."""
    kept = os.environ.get("KEEP_LOGS", "")
    return Settings(
        tries=whole(os.environ, "TRIES", tries, 1, 1000),
        names=tuple(os.environ.get("FAULTS", "").split()),
        rate=whole(os.environ, "RATE", rate, 1, 2000),
        away_s=whole(os.environ, "AWAY_S", 10, 1, 3600),
        soak_s=whole(os.environ, "SOAK_S", 1800, 20, 86_400),
        write=os.environ.get("FAULTS_WRITE", "yes") != "no",
        logs=Path(kept) if kept else None,
    )
