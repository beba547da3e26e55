"""Settings are strict, and say what to change."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from local import ports
from local.errors import PortTaken
from local.road import settings as road
from local.settings import SettingError, load

ROAD = {"ROAD_SINK": "http://127.0.0.1:1", "ROAD_QUEUE_URL": "q", "ROAD_DEAD_LETTERS": "d"}


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "80.0", "-1", "٨٠٨٠"])
def test_a_port_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(SettingError, match="QUERY_PORT must be a whole number from 1 to 65535"):
        load({"QUERY_PORT": text})


def test_two_parts_cannot_share_a_port() -> None:
    with pytest.raises(SettingError, match="QUERY_PORT and INGEST_PORT are both 8081"):
        load({"QUERY_PORT": "8081"})


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load({"QUERY_PORT": "", "DATABASE_URL": " "}) == load({})


def test_a_taken_port_names_the_variable_to_change() -> None:
    with closing(socket.socket()) as other:
        other.bind((ports.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} for query is taken .* QUERY_PORT="):
            ports.require_free(port, "QUERY_PORT", "query")


def test_the_road_needs_to_know_where_events_go() -> None:
    with pytest.raises(SettingError, match="ROAD_SINK"):
        road.load({**ROAD, "ROAD_SINK": ""})


def test_the_road_keeps_to_what_was_measured_unless_told() -> None:
    settings = road.load(ROAD)
    assert (settings.at_once_max, settings.visibility_s, settings.wait_s) == (5, 10, 5)
