"""What the environment says to the laptop stack, parsed once and strictly at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import StackError

ROOT = Path(__file__).parents[1]


class SettingError(StackError):
    """A setting cannot be used; the message names the variable and what it takes."""


def text(environment: Mapping[str, str], name: str, default: str = "") -> str:
    """A setting that must not be empty."""
    value = environment.get(name, "").strip() or default
    if not value:
        raise SettingError(f"{name} is not set")
    return value


def whole(environment: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number; an empty variable counts as not set."""
    value = environment.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high):
        raise SettingError(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return int(value)


def urls(environment: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    """Addresses with commas between them."""
    given = [part.strip() for part in environment.get(name, default).split(",") if part.strip()]
    for url in given:
        if not url.startswith(("http://", "https://")):
            raise SettingError(f"{name} must be an http or https URL, not {url!r}")
    return tuple(given)


@dataclass(frozen=True)
class Settings:
    """The laptop stack's settings. Empty: the stack brings its own."""

    state: Path
    query_port: int
    ingest_port: int
    aws_port: int
    postgres_port: int
    bucket: str
    data: str  # a folder, or a pattern for files
    database_url: str
    aws_endpoint_url: str


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every setting; raise SettingError for the first that cannot be used."""
    settings = Settings(
        state=Path(environment.get("LOCAL_STATE", "").strip() or ROOT / ".local").resolve(),
        query_port=whole(environment, "QUERY_PORT", 8080, 1, 65_535),
        ingest_port=whole(environment, "INGEST_PORT", 8081, 1, 65_535),
        aws_port=whole(environment, "AWS_PORT", 5055, 1, 65_535),
        postgres_port=whole(environment, "POSTGRES_PORT", 54_329, 1, 65_535),
        bucket=text(environment, "AWS_BUCKET_NAME", "movies"),
        data=environment.get("MOVIES_DATA", "").strip(),
        database_url=environment.get("DATABASE_URL", "").strip(),
        aws_endpoint_url="".join(urls(environment, "AWS_ENDPOINT_URL", "")[:1]),
    )
    ports: dict[int, str] = {}
    for name in ("query_port", "ingest_port", "aws_port", "postgres_port"):
        port, variable = getattr(settings, name), name.upper()
        if port in ports:
            raise SettingError(f"{ports[port]} and {variable} are both {port}")
        ports[port] = variable
    return settings
