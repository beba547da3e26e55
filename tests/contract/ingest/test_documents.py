"""docs/ingest.md says what is, and all of it."""

from __future__ import annotations

import re
from dataclasses import fields

from ingest import events, metrics
from ingest.files import STATES
from ingest.main import create_application
from ingest.settings import Settings, load

from local.settings import ROOT
from tests.support.documents import rows, shown

TEXT = (ROOT / "docs" / "ingest.md").read_text("utf-8")


def test_the_settings_documented_are_the_settings_that_exist_with_their_defaults() -> None:
    wanted = dict(shown(each.metadata["variable"], each.metadata["default"]) for each in fields(Settings))
    assert rows(TEXT, "variable") == wanted


def test_the_states_documented_are_those_of_the_ledger() -> None:
    assert list(rows(TEXT, "state")) == [f"`{state}`" for state in STATES]


def test_the_routes_documented_are_the_routes_that_exist() -> None:
    app = create_application(
        load({"DATABASE_URL": "host=/nowhere", "AWS_BUCKET_NAME": "b", "LOG_LEVEL": "error"})
    )
    exist = {
        f"{method} {rule.rule}".replace("<int:file_id>", "{id}").replace("<name>", "{name}")
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST"}
        if rule.endpoint != "static" and not rule.rule.startswith("/<path")
    }
    named = set(re.findall(r"`((?:GET|POST) /[^`]*)`", TEXT))
    assert named - {"POST /"} == exist - {"POST /"}


def test_the_metrics_documented_are_those_that_are_counted() -> None:
    families = metrics.Metrics().registry.collect()
    assert list(rows(TEXT, "metric")) == [f"`{family.name}_total`" for family in families]


def test_the_types_of_events_documented_are_those_that_are_known() -> None:
    named = set(re.findall(r"`((?:dev|com)\.[a-z0-9.*-]+)`", TEXT))
    known = {value for name, value in vars(events).items() if name.endswith("_TYPE")}
    assert named == (known - {events.RAW_TYPE}) | {f"{events.S3_TYPES}*"}
