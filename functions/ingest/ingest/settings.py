"""What the environment says, parsed once and strictly at start."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import psycopg2.extensions

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


class SettingError(Exception):
    """A setting cannot be used; the message names the variable and what it takes."""


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 20 and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError("one of " + ", ".join(words))
        return text

    return parse


def _given(what: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not text.strip():
            raise ValueError(what)
        return text

    return parse


def _dsn(text: str) -> str:
    try:
        given = psycopg2.extensions.parse_dsn(text)
    except psycopg2.ProgrammingError:  # its message repeats the string, and so the password
        given = {}
    if not given:
        raise ValueError("a libpq connection string or URL")
    return text


def _token(text: str) -> str:
    if text and (len(text) < 16 or not text.isascii() or not text.isprintable()):
        raise ValueError("at least 16 printable ASCII characters")
    return text


def _url(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("an http or https URL")
    return text


def _setting(variable: str, parse: Callable[[str], object], default: str | None = None) -> Any:
    return field(metadata={"variable": variable, "parse": parse, "default": default}, repr=False)


@dataclass(frozen=True)
class Settings:
    """Each field's variable, range and default stand beside it; units are in the names."""

    database_url: str = _setting("DATABASE_URL", _dsn)
    bucket: str = _setting("AWS_BUCKET_NAME", _given("the name of the bucket that holds the files"))
    host: str = _setting("HOST", _given("an address"), "0.0.0.0")  # noqa: S104 - a container's only network
    port: int = _setting("PORT", _whole(1, 65535), "8080")
    token: str = _setting("INGEST_TOKEN", _token, "")
    sink: str = _setting("K_SINK", _url, "")
    on_remove: str = _setting("INGEST_ON_REMOVE", _one_of("keep", "drop"), "keep")
    log_level: str = _setting("LOG_LEVEL", _one_of("debug", "info", "warning", "error"), "info")
    traces_endpoint: str = _setting("OTEL_EXPORTER_OTLP_ENDPOINT", _url, "")

    threads: int = _setting("INGEST_THREADS", _whole(2, 256), "24")
    files_at_once_max: int = _setting("INGEST_FILES_AT_ONCE_MAX", _whole(1, 64), "3")
    busy_wait_ms: int = _setting("INGEST_BUSY_WAIT_MS", _whole(0, 600_000), "8000")
    shutdown_s: int = _setting("INGEST_SHUTDOWN_S", _whole(1, 3600), "25")

    event_bytes_max: int = _setting("INGEST_EVENT_BYTES_MAX", _whole(KIB, 64 * MIB), str(MIB))
    event_records_max: int = _setting("INGEST_EVENT_RECORDS_MAX", _whole(1, 10_000), "1000")
    upload_bytes_max: int = _setting("INGEST_UPLOAD_BYTES_MAX", _whole(KIB, 64 * MIB), str(8 * MIB))
    object_bytes_max: int = _setting("INGEST_OBJECT_BYTES_MAX", _whole(1, 5 << 40), str(5 * GIB))
    object_ms_max: int = _setting("INGEST_OBJECT_MS_MAX", _whole(1000, 86_400_000), "1800000")
    decompressed_bytes_max: int = _setting("INGEST_DECOMPRESSED_BYTES_MAX", _whole(1, 5 << 40), str(20 * GIB))
    ratio_max: int = _setting("INGEST_RATIO_MAX", _whole(2, 100_000), "200")
    record_bytes_max: int = _setting("INGEST_RECORD_BYTES_MAX", _whole(KIB, 64 * MIB), str(MIB))
    depth_max: int = _setting("INGEST_DEPTH_MAX", _whole(3, 500), "32")
    records_max: int = _setting("INGEST_RECORDS_MAX", _whole(1, 10**9), "20000000")
    rejects_max: int = _setting("INGEST_REJECTS_MAX", _whole(0, 10**9), "10000")
    title_chars_max: int = _setting("INGEST_TITLE_CHARS_MAX", _whole(1, 10_000), "500")
    name_chars_max: int = _setting("INGEST_NAME_CHARS_MAX", _whole(1, 10_000), "200")
    list_items_max: int = _setting("INGEST_LIST_ITEMS_MAX", _whole(1, 100_000), "500")
    extract_chars_max: int = _setting("INGEST_EXTRACT_CHARS_MAX", _whole(1, MIB), "20000")
    url_chars_max: int = _setting("INGEST_URL_CHARS_MAX", _whole(1, 100_000), "2048")
    batch_bytes_max: int = _setting("INGEST_BATCH_BYTES_MAX", _whole(4 * KIB, 64 * MIB), str(MIB))
    dead_letters_max: int = _setting("INGEST_DEAD_LETTERS_MAX", _whole(1, 10**6), "10000")
    reconcile_at_once_max: int = _setting("INGEST_RECONCILE_AT_ONCE_MAX", _whole(1, 64), "8")
    reconcile_ms_max: int = _setting("INGEST_RECONCILE_MS_MAX", _whole(1, 86_400_000), "60000")

    database_connect_s: int = _setting("DATABASE_CONNECT_TIMEOUT_S", _whole(1, 300), "5")
    database_statement_ms: int = _setting("DATABASE_STATEMENT_TIMEOUT_MS", _whole(100, 86_400_000), "1800000")
    database_lock_ms: int = _setting("DATABASE_LOCK_TIMEOUT_MS", _whole(10, 86_400_000), "20000")
    database_idle_ms: int = _setting("DATABASE_IDLE_TIMEOUT_MS", _whole(1000, 86_400_000), "300000")
    database_pool_max: int = _setting("DATABASE_POOL_MAX", _whole(0, 256), "4")
    s3_connect_ms: int = _setting("S3_CONNECT_TIMEOUT_MS", _whole(10, 300_000), "2000")
    s3_read_ms: int = _setting("S3_READ_TIMEOUT_MS", _whole(10, 600_000), "15000")
    s3_attempts_max: int = _setting("S3_ATTEMPTS_MAX", _whole(1, 20), "3")


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read every setting, or raise SettingError for the first that cannot be used."""
    values: dict[str, object] = {}
    for each in fields(Settings):
        variable, default = each.metadata["variable"], each.metadata["default"]
        text = environ.get(variable, default)
        if text is None:
            text = ""
        try:
            values[each.name] = each.metadata["parse"](text)
        except ValueError as error:
            shown = "" if variable in ("DATABASE_URL", "INGEST_TOKEN") else f", not {text[:40]!r}"
            raise SettingError(f"{variable} must be {error}{shown}") from None
    return Settings(**values)  # type: ignore[arg-type]
