"""Which files `make run` loads."""

from __future__ import annotations

from glob import glob
from pathlib import Path

from local.errors import StackError
from local.settings import ROOT

_SUFFIXES = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")


def files_to_load(given: str) -> list[Path]:
    """What MOVIES_DATA names (a folder or a pattern), else the data set beside the checkout, else the sample."""
    if given:
        pattern = f"{given}/*" if Path(given).is_dir() else given
        found = _files(pattern)
        if not found:
            raise StackError(f"MOVIES_DATA names no JSON files: {given}")
        return found
    return _files(str(ROOT.parent / "shared" / "data" / "*")) or _files(
        str(ROOT / "tests" / "data" / "movies-sample*")
    )


def _files(pattern: str) -> list[Path]:
    return [Path(name) for name in sorted(glob(pattern)) if name.endswith(_SUFFIXES)]
