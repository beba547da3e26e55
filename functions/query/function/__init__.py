"""What `func` starts: it gives way to the production server, with the dependencies that came along first."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn


def new() -> NoReturn:
    """Replace this process by `python -m query`, as the first container of a pod or, with QUERY_SPARE, as its spare one."""
    here = Path(__file__).parent
    paths = [str(here / "_deps"), str(here.parent), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    part = "--spare" if os.environ.get("QUERY_SPARE") else "--keep"
    os.execv(sys.executable, [sys.executable, "-m", "query", part])  # noqa: S606 - ourselves, no shell
