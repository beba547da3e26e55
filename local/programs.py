"""Programs of the system that some tasks want, and how to have them."""

from __future__ import annotations

import os
import shutil

CHROMIUM_ABSENT = "Chromium is absent (Debian: apt install chromium)"
# As root and in a container, and without the browser's own errands.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser's program; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def haproxy() -> str | None:
    """HAProxy's program, which Debian keeps where only root looks; None where there is none."""
    return shutil.which("haproxy", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin")
