"""Settings: strict, with one clear line, and no secret in it."""

import pytest
from query.database import GRACE_SECONDS
from query.settings import SettingError, Settings


def test_the_defaults_need_only_the_database():
    settings = Settings.from_environment({"DATABASE_URL": "host=x"})
    assert settings.port == 8080
    assert settings.cache_bytes_max == 64 << 20


def test_a_missing_database_is_named():
    with pytest.raises(SettingError, match="DATABASE_URL is not set"):
        Settings.from_environment({})


@pytest.mark.parametrize("text", ["", "-1", "0", "70000", "8080x", "\uff18\uff10\uff18\uff10", "1e3"])
def test_a_port_that_is_none_is_refused_with_what_it_takes(text):
    with pytest.raises(SettingError, match="PORT must be a whole number from 1 to 65535"):
        Settings.from_environment({"DATABASE_URL": "host=x", "PORT": text})


def test_no_message_or_repr_shows_the_connection_string():
    settings = Settings.from_environment({"DATABASE_URL": "host=x password=hunter2"})
    assert "hunter2" not in repr(settings)
    with pytest.raises(SettingError) as refused:
        Settings.from_environment({"DATABASE_URL": " ", "PORT": "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_who_waits_for_a_session_and_then_for_a_slow_or_silent_server_is_told_within_a_second():
    settings = Settings.from_environment({"DATABASE_URL": "host=x"})
    waits_ms = settings.wait_ms_max + settings.statement_ms_max + GRACE_SECONDS * 1000
    assert waits_ms < 1000
    assert 2 * settings.wait_ms_max < 1000  # no server at all: waited for once more
