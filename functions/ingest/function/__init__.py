"""What `func` starts: it gives way to the production server, with the dependencies that came along first."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn


def new() -> NoReturn:
    """Replace this process by `python -m ingest`."""
    become("ingest")


def become(module: str, *arguments: str) -> NoReturn:
    """Replace this process by a Python program that finds the dependencies and this function's code."""
    here = Path(__file__).parent
    paths = [str(here / "_deps"), str(here.parent), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - ourselves, no shell
