"""The environment, parsed strictly."""

from __future__ import annotations

from dataclasses import fields

import pytest
from ingest.settings import SettingError, Settings, load

NEEDED = {
    "DATABASE_URL": "postgresql://someone:secret@db/movie",  # pragma: allowlist secret - made up
    "AWS_BUCKET_NAME": "movies",
}


def test_defaults_are_enough_beside_database_and_bucket() -> None:
    settings = load(NEEDED)
    assert (settings.port, settings.on_remove, settings.token) == (8080, "keep", "")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", " "),
        ("DATABASE_URL", "movie"),
        ("DATABASE_URL", "postgresql://db/movie?sslmod=require"),
        ("AWS_BUCKET_NAME", ""),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "\uff18\uff10"),
        ("INGEST_THREADS", "-1"),
        ("INGEST_ON_REMOVE", "yes"),
        ("INGEST_TOKEN", "short"),
        ("K_SINK", "broker"),
        ("LOG_LEVEL", "loud"),
        ("INGEST_RECORDS_MAX", "1e6"),
        ("INGEST_RECORDS_MAX", "9" * 5000),
    ],
)
def test_what_cannot_be_used_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{variable} must be "):
        load(NEEDED | {variable: value})


def test_no_message_or_text_form_shows_a_secret() -> None:
    with pytest.raises(SettingError) as caught:
        load(NEEDED | {"INGEST_TOKEN": "hunter2"})
    assert "hunter2" not in str(caught.value)
    settings = load(NEEDED | {"INGEST_TOKEN": "hunter2-hunter2-hunter2"})
    assert "hunter2" not in repr(settings)
    assert "secret" not in repr(settings)


def test_every_setting_that_bounds_or_times_says_its_unit() -> None:
    bare = {"database_url", "bucket", "host", "port", "token", "sink", "on_remove", "log_level"}
    bare |= {"threads", "traces_endpoint"}
    units = ("_max", "_ms", "_s")
    assert [
        each.name for each in fields(Settings) if each.name not in bare and not each.name.endswith(units)
    ] == []
