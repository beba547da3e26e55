"""POST /dead-letters: what the Broker gave up."""

from __future__ import annotations

import logging

import pytest
from werkzeug.test import TestResponse

from tests.integration.ingest.conftest import MakeWorld, World

HEADERS = {
    "ce-specversion": "1.0",
    "ce-id": "seven",
    "ce-type": "dev.knative.eventing.aws-sqs",
    "ce-source": "test",
    "ce-knativeerrorcode": "503",
}


def bury(world: World, body: object) -> TestResponse:
    return world.client.post("/dead-letters", json=body, headers=HEADERS)


def test_the_log_names_the_event_its_code_and_its_keys(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = bury(world, {"Records": [world.record("lost.json", eTag="x")]})
    assert answer.status_code == 204
    assert "503" in caplog.text
    assert "seven" in caplog.text
    assert "lost.json" in caplog.text


def test_an_event_that_nobody_can_read_is_taken_too(world: World) -> None:
    assert bury(world, ["neither", "nor"]).status_code == 204
    assert 'ingest_dead_letters_total{code="503"} 1' in world.client.get("/metrics").get_data(as_text=True)


def test_while_the_database_is_away_nothing_is_let_go(make_world: MakeWorld) -> None:
    world = make_world(DATABASE_URL="host=127.0.0.1 port=1 dbname=movie")
    assert bury(world, {"Records": []}).status_code == 503
