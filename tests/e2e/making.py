"""The make targets, as an operator runs them."""

from __future__ import annotations

import subprocess

from local.settings import ROOT
from tests.e2e.settings import Settings


def make(settings: Settings, target: str, *, timeout_s: float = 1200, **variables: str) -> str:
    """What a target prints; AssertionError, with the end of it, where the target fails."""
    done = subprocess.run(
        ["make", "--silent", "--no-print-directory", target],
        cwd=ROOT,
        env={**settings.environment, **variables},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, f"make {target}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout
