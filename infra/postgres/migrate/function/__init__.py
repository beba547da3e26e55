"""What `func` would start; this image serves nothing, the Job names its own program."""

from __future__ import annotations

from typing import NoReturn


def new() -> NoReturn:
    """End with a word on what the image is for."""
    raise SystemExit("this image applies migrations; see infra/postgres/migrate/job.yaml")
