"""Any history of uploads, events and faults ends in the rows that the oracle works out.

Events are delayed, doubled, reordered and lost; ingest is killed at any step, before and
after COMMIT, and loses the database or the bucket at any step. At the end the bucket and
the ledger are compared until nothing is missing.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

import flask
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from ingest.main import create_application
from ingest.settings import load

from tests.faults.ingest.oracle import Content, Oracle, Put
from tests.integration.ingest.conftest import EMPTY
from tests.support.aws import Aws
from tests.support.databases import Database
from tests.support.forked import Child, Fault, request

KEYS = st.sampled_from(["a.json", "b +é.json", "c/d.json"])
RECORDS = st.tuples(
    st.sampled_from(["One", "Two", "Three"]),
    st.lists(st.sampled_from(["Ann", "Bob", "Zoë"]), max_size=2, unique=True).map(tuple),
    st.sampled_from(["Drama", "Noir"]),
)
CONTENTS = st.builds(
    Content,
    records=st.lists(RECORDS, max_size=3).map(tuple),
    bad_records=st.integers(0, 1),
    form=st.sampled_from(["array", "lines", "gzip"]),
    torn=st.sampled_from([False, False, False, True]),
)
FAULTS = st.builds(
    Fault, kind=st.sampled_from(["kill", "cut database", "cut bucket"]), step=st.integers(0, 70)
)
ATTRIBUTES = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "test"}
TAKEN = (200, 202, 413, 422)


@dataclass
class Parts:
    """What all histories share."""

    aws: Aws
    s3: Any
    database: Database


class History(RuleBasedStateMachine):
    """One bucket, one database, and events on their way."""

    parts: Parts
    events = Bundle("events")

    @initialize(
        keep=st.booleans(),
        versioned=st.booleans(),
        sequencers=st.booleans(),
        contents=st.lists(CONTENTS, min_size=2, max_size=4),
    )
    def begin(self, keep: bool, versioned: bool, sequencers: bool, contents: list[Content]) -> None:
        self.oracle, self.contents = Oracle(keep), contents
        self.sequencers, self.sequence, self.running = sequencers, 0, []
        self.bucket = f"history-{uuid4().hex[:12]}"
        region = {"LocationConstraint": "eu-central-1"}
        self.parts.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration=region)
        if versioned:
            status = {"Status": "Enabled"}
            self.parts.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration=status)
        self.parts.database.rows(EMPTY)
        self.app = self.make_app()

    def make_app(self) -> flask.Flask:
        environment = {
            "DATABASE_URL": self.parts.database.ingest,
            "AWS_BUCKET_NAME": self.bucket,
            "INGEST_ON_REMOVE": "keep" if self.oracle.keep else "drop",
            "S3_ATTEMPTS_MAX": "1",
            "LOG_LEVEL": "error",
        }
        return create_application(load(environment))

    @rule(target=events, key=KEYS, pick=st.integers(0, 3))
    def upload(self, key: str, pick: int) -> dict[str, Any]:
        content = self.contents[pick % len(self.contents)]
        answer = self.parts.s3.put_object(Bucket=self.bucket, Key=key, Body=content.body())
        etag = answer["ETag"].strip('"')
        modified = self.parts.s3.head_object(Bucket=self.bucket, Key=key)["LastModified"]
        self.oracle.put(key, Put(content, answer.get("VersionId", etag), modified))
        version = {"versionId": answer["VersionId"]} if "VersionId" in answer else {}
        return self.event("ObjectCreated:Put", key, eTag=etag, **version)

    @rule(target=events, key=KEYS)
    def delete(self, key: str) -> dict[str, Any]:
        self.parts.s3.delete_object(Bucket=self.bucket, Key=key)
        if self.oracle.history.get(key, [None])[-1] is not None:
            self.oracle.put(key, None)
        return self.event("ObjectRemoved:Delete", key)

    def event(self, name: str, key: str, **entry: str) -> dict[str, Any]:
        self.sequence += 1
        if self.sequencers:
            entry["sequencer"] = f"{self.sequence:016X}"
        return {
            "eventName": name,
            "s3": {"bucket": {"name": self.bucket}, "object": {"key": quote_plus(key), **entry}},
        }

    @rule(target=events, event=consumes(events), fault=st.none() | FAULTS)
    def deliver(self, event: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        """An event is delivered; whatever the answer, it may come again later."""
        status = self.send([event], fault).status()
        assert status in (*TAKEN, 503, None), status
        if fault is None:
            assert status in TAKEN, status
        return event

    @rule(event=consumes(events))
    def lose(self, event: dict[str, Any]) -> None:
        """The road drops it."""

    @rule(some=st.lists(events, min_size=2, max_size=4))
    def deliver_at_once(self, some: list[dict[str, Any]]) -> None:
        children = [self.send([event], None) for event in some]
        statuses = [child.status() for child in children]
        assert all(status in TAKEN for status in statuses), statuses

    @rule(some=st.lists(events, min_size=2, max_size=3), fault=st.none() | FAULTS)
    def deliver_as_one_notification(self, some: list[dict[str, Any]], fault: Fault | None) -> None:
        status = self.send(some, fault).status()
        assert status in (*TAKEN, 503, None), status

    @rule(fault=st.none() | FAULTS)
    def reconcile(self, fault: Fault | None) -> None:
        assert self.compare(fault) in (200, 202, 503, None)

    def send(self, records: list[dict[str, Any]], fault: Fault | None) -> Child:
        headers = {**ATTRIBUTES, "ce-type": "dev.knative.eventing.aws-sqs"}
        superuser = self.parts.database.superuser
        return request(self.app, fault, superuser, json={"Records": records}, headers=headers)

    def compare(self, fault: Fault | None) -> int | None:
        headers = {**ATTRIBUTES, "ce-type": "dev.movies.reconcile"}
        return request(self.app, fault, self.parts.database.superuser, headers=headers).status()

    @invariant()
    def readers_see_a_whole(self) -> None:
        """Counts beside the data version are exact, links are those of the movies, no content is left over."""
        if not hasattr(self, "app"):
            return
        rows = self.parts.database.rows
        assert rows("SELECT movie_count, file_count FROM data_version") == rows(
            "SELECT (SELECT count(*) FROM movies), (SELECT count(*) FROM files WHERE content_id IS NOT NULL)"
        )
        links = "SELECT movie_id, person_id FROM movie_people ORDER BY 1, 2"
        assert rows(links) == rows("SELECT id, unnest(person_ids) FROM movies ORDER BY 1, 2")
        assert not rows("SELECT id FROM contents EXCEPT SELECT content_id FROM files")

    def settle(self) -> None:
        """Compare until nothing is missing. What a killed process held is free a second later at most."""
        for _ in range(100):
            before = self.giving()
            if self.compare(None) == 200 and self.giving() == before and not self.busy():
                return
            time.sleep(0.05)
        raise AssertionError("the comparison comes to no end")

    def busy(self) -> bool:
        """Whether a session of a process that was killed is still there."""
        alive = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ingest'"
        return self.parts.database.rows(alive) != [(0,)]

    def giving(self) -> list[tuple[Any, ...]]:
        """What gives movies now: key, version, when it was modified."""
        return self.parts.database.rows(
            "SELECT key, version, last_modified FROM files WHERE content_id IS NOT NULL ORDER BY key"
        )

    def teardown(self) -> None:
        if not hasattr(self, "app"):
            return
        self.settle()
        self.check_against_the_oracle()
        self.check_the_ledger()
        self.check_a_rebuild()

    def check_against_the_oracle(self) -> None:
        giving = {key: (version, modified) for key, version, modified in self.giving()}
        for key in {*self.oracle.history, *giving}:
            allowed = {self.whole_second(each) for each in self.oracle.may_give(key)}
            assert self.whole_second(giving.get(key)) in allowed, key
        wanted = self.oracle.served((key, *rest) for key, rest in giving.items())
        rows = self.parts.database.rows("SELECT id::text, doc FROM movies")
        assert {identity: json.loads(str(doc)) for identity, doc in rows} == wanted

    @staticmethod
    def whole_second(version: tuple[str, datetime] | None) -> tuple[str, datetime] | None:
        return version and (version[0], version[1].replace(microsecond=0))

    def check_the_ledger(self) -> None:
        """Each object that is there is decided, with the counts or the reason; nothing else is on record."""
        rows = self.parts.database.rows(
            "SELECT key, version, state, entries, stored, merged, rejected, reason FROM files"
        )
        ledger = {(key, version): rest for key, version, *rest in rows}
        versions = {(key, put.version) for key, puts in self.oracle.history.items() for put in puts if put}
        assert {key for key in ledger if key not in versions} == set()
        for key, puts in self.oracle.history.items():
            put = puts[-1]
            if put is None:
                continue
            state, *counts, reason = ledger[key, put.version]
            if put.content.readable:
                assert state in ("stored", "duplicate"), (key, state, reason)
                assert tuple(counts) == put.content.counts()
            else:
                assert state == "failed", (key, state)
                assert reason

    def check_a_rebuild(self) -> None:
        """From nothing, the bucket alone gives the same rows, where it still holds all that gives."""
        if any(len(self.oracle.may_give(key)) > 1 for key in self.oracle.history):
            return
        before = self.parts.database.rows("SELECT id, title_key, year, doc FROM movies ORDER BY id")
        self.parts.database.rows(EMPTY)
        self.settle()
        assert self.parts.database.rows("SELECT id, title_key, year, doc FROM movies ORDER BY id") == before


@pytest.mark.parametrize(
    "runs",
    [12, pytest.param(500, marks=[pytest.mark.prove, pytest.mark.timeout(3 * 3600)])],
)
def test_every_history_ends_as_the_oracle_says(
    aws: Aws, database: Database, monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    began, made = time.monotonic(), []
    with aws.s3() as s3:

        class Here(History):
            parts = Parts(aws, s3, database)

            def teardown(self) -> None:
                super().teardown()
                made.append(1)

        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=runs,
                stateful_step_count=20,
                deadline=None,
                derandomize=runs < 100,
                database=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    print(f"\n{len(made)} histories without a difference in {time.monotonic() - began:.0f} s")
