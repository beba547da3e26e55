"""What `func` starts: it gives way to the production server, with the dependencies that came along first."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn


def new() -> NoReturn:
    """Replace this process by `python -m query --keep`."""
    here = Path(__file__).parent
    paths = [str(here / "_deps"), str(here.parent), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    os.execv(sys.executable, [sys.executable, "-m", "query", "--keep"])  # noqa: S606 - ourselves, no shell
