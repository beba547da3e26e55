"""What the environment says, parsed once and strictly at start."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import psycopg2
from psycopg2.extensions import parse_dsn

from query.database import Limits


class SettingError(Exception):
    """A setting cannot be used; the message names the variable and what it takes."""


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return parse


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)
_CONNINFO = "a libpq connection string such as postgresql://user@host/movie"


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError("one of " + ", ".join(words))
        return text

    return parse


def _conninfo(text: str) -> str:
    if not text.strip():
        raise ValueError(_CONNINFO)
    try:
        parse_dsn(text)
    except psycopg2.ProgrammingError:
        raise ValueError(_CONNINFO) from None
    return text


def _origins(text: str) -> tuple[str, ...]:
    if not all(_ORIGIN.fullmatch(each) for each in text.split()):
        raise ValueError("origins such as https://pictures.example.org, with spaces between them")
    return tuple(text.split())


def _endpoint(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("an http or https URL, such as http://collector:4318")
    return text


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError("a number from 0 to 1")
    return share


def _setting(variable: str, parse: Callable[[str], object], default: str | None = None) -> Any:
    return field(metadata={"variable": variable, "parse": parse, "default": default}, repr=False)


@dataclass(frozen=True)
class Settings:
    """Each field's variable, range and default stand beside it; units are in the names."""

    database_url: str = _setting("DATABASE_URL", _conninfo)
    host: str = _setting("HOST", str, "0.0.0.0")  # noqa: S104 - a container's only network
    port: int = _setting("PORT", _whole(1, 65535), "8080")
    connections: int = _setting("QUERY_CONNECTIONS", _whole(1, 64), "4")
    waiters_max: int = _setting("QUERY_WAITERS_MAX", _whole(0, 4096), "64")
    wait_ms_max: int = _setting("QUERY_WAIT_MS_MAX", _whole(1, 10_000), "350")
    statement_ms_max: int = _setting("QUERY_STATEMENT_MS_MAX", _whole(10, 60_000), "500")
    streams_max: int = _setting("QUERY_STREAMS_MAX", _whole(0, 64), "4")
    cache_bytes_max: int = _setting("QUERY_CACHE_BYTES_MAX", _whole(0, 1 << 36), str(64 << 20))
    poll_ms: int = _setting("QUERY_POLL_MS", _whole(10, 60_000), "1000")
    clients_max: int = _setting("QUERY_CLIENTS_MAX", _whole(1, 100_000), "2000")
    drain_ms: int = _setting("QUERY_DRAIN_MS", _whole(0, 600_000), "5000")
    picture_origins: tuple[str, ...] = _setting(
        "QUERY_PICTURE_ORIGINS", _origins, "https://upload.wikimedia.org"
    )
    log_requests: str = _setting("QUERY_LOG_REQUESTS", _one_of("none", "problems", "all"), "problems")
    traces_endpoint: str = _setting("OTEL_EXPORTER_OTLP_ENDPOINT", _endpoint, "")
    traces_share: float = _setting("OTEL_TRACES_SAMPLER_ARG", _share, "0.01")

    @property
    def limits(self) -> Limits:
        """What requests may take of the database."""
        return Limits(
            self.connections, self.waiters_max, self.wait_ms_max, self.statement_ms_max, self.streams_max
        )

    @property
    def limits_of_poll(self) -> Limits:
        """What the poll of the data version may take."""
        return Limits(1, 1, self.poll_ms, max(self.poll_ms, 500))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read every setting; raise SettingError for the first that cannot be used."""
        values: dict[str, object] = {}
        for each in fields(cls):
            variable, parse = each.metadata["variable"], each.metadata["parse"]
            text = environment.get(variable, each.metadata["default"])
            if text is None:
                raise SettingError(f"{variable} is not set; it has no default")
            try:
                values[each.name] = parse(text)
            except ValueError as error:
                # The value stays out of the message: it may hold a password.
                raise SettingError(f"{variable} must be {error}") from None
        return cls(**values)  # type: ignore[arg-type]
