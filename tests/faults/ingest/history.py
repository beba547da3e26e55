"""Histories of one bucket: uploads, deletions, events on their way, faults; and what must be true of each.

Events are delayed, doubled, reordered and lost; ingest is killed at any step, before and
after COMMIT, and loses the database or the bucket at any step. At the end the bucket and
the ledger are compared until nothing is missing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, unquote_plus
from uuid import uuid4

import flask
import psycopg2
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from ingest.main import create_application
from ingest.settings import load

from tests.faults.ingest.oracle import Content, Oracle, Put
from tests.faults.ingest.whole import Reader
from tests.integration.ingest.conftest import EMPTY
from tests.support.databases import Database
from tests.support.forked import Child, Fault, request

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEYS = ("a.json", "b +é.json", "c/d.json")
RECORDS = st.tuples(
    st.sampled_from(["One", "Two", "Three"]),
    st.lists(st.sampled_from(["Ann", "Bob", "Zoë"]), max_size=2, unique=True).map(tuple),
    st.sampled_from(["Drama", "Noir"]),
)
CONTENTS = st.builds(
    Content,
    records=st.lists(RECORDS, min_size=1, max_size=3).map(tuple),
    bad_records=st.integers(0, 1),
    form=st.sampled_from(["array", "lines", "gzip"]),
    torn=st.sampled_from([False, False, False, True]),
)
FAULTS = st.builds(
    Fault, kind=st.sampled_from(["kill", "cut database", "cut bucket"]), step=st.integers(0, 90)
)
ATTRIBUTES = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "test"}
TAKEN = (200, 202, 422)


@dataclass
class Parts:
    """What all histories share."""

    s3: S3Client
    database: Database
    connection: psycopg2.extensions.connection  # the owner's, in autocommit

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement gives."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


class History(RuleBasedStateMachine):
    """One bucket, one database, and events on their way."""

    parts: Parts

    @initialize(
        keep=st.booleans(),
        versioned=st.booleans(),
        sequencers=st.booleans(),
        contents=st.lists(CONTENTS, min_size=3, max_size=3),
    )
    def begin(self, keep: bool, versioned: bool, sequencers: bool, contents: list[Content]) -> None:
        self.oracle, self.contents = Oracle(keep), contents
        self.sequencers, self.sequence = sequencers, 0
        self.events: list[dict[str, Any]] = []
        self.bucket = f"history-{uuid4().hex[:12]}"
        region = {"LocationConstraint": "eu-central-1"}
        self.parts.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration=region)
        if versioned:
            status = {"Status": "Enabled"}
            self.parts.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration=status)
        self.reader, self.newest = Reader(), dict.fromkeys(KEYS, 0)
        self.parts.rows(EMPTY)
        self.app = self.make_app()
        for number, key in enumerate(KEYS):
            self.upload(key, number)

    def make_app(self) -> flask.Flask:
        environment = {
            "DATABASE_URL": self.parts.database.ingest,
            "AWS_BUCKET_NAME": self.bucket,
            "INGEST_ON_REMOVE": "keep" if self.oracle.keep else "drop",
            "S3_ATTEMPTS_MAX": "1",
            "LOG_LEVEL": "error",
        }
        # Each record is sent by itself, so that there are steps between them.
        return create_application(replace(load(environment), batch_bytes_max=1))

    @rule(key=st.sampled_from(KEYS), pick=st.integers(0, 2))
    def upload(self, key: str, pick: int) -> None:
        content = self.contents[pick]
        answer = self.parts.s3.put_object(Bucket=self.bucket, Key=key, Body=content.body())
        etag = answer["ETag"].strip('"')
        modified = self.parts.s3.head_object(Bucket=self.bucket, Key=key)["LastModified"]
        self.oracle.put(key, Put(content, answer.get("VersionId", etag), modified))
        version = {"versionId": answer["VersionId"]} if "VersionId" in answer else {}
        self.happened("ObjectCreated:Put", key, eTag=etag, **version)

    @rule(key=st.sampled_from(KEYS))
    def delete(self, key: str) -> None:
        self.parts.s3.delete_object(Bucket=self.bucket, Key=key)
        if self.oracle.history[key][-1] is not None:
            self.oracle.put(key, None)
        self.happened("ObjectRemoved:Delete", key)

    def happened(self, name: str, key: str, **entry: str) -> None:
        self.sequence += 1
        if self.sequencers:
            entry["sequencer"] = f"{self.sequence:016X}"
        s3 = {"bucket": {"name": self.bucket}, "object": {"key": quote_plus(key), **entry}}
        self.events.append({"eventName": name, "s3": s3})

    @precondition(lambda self: self.events)
    @rule(pick=st.integers(0, 99), fault=st.none() | FAULTS, again=st.booleans())
    def deliver(self, pick: int, fault: Fault | None, again: bool) -> None:
        """An event is delivered, out of order as it may be; it comes again where it was not taken, or all the same."""
        event = self.events.pop(pick % len(self.events))
        status = self.send([event], fault).status()
        assert status in TAKEN or (fault and status in (503, None)), status
        if again or status not in TAKEN:
            self.events.append(event)

    @precondition(lambda self: self.events)
    @rule(pick=st.integers(0, 99))
    def lose(self, pick: int) -> None:
        """The road drops it."""
        self.events.pop(pick % len(self.events))

    @precondition(lambda self: len(self.events) > 1)
    @rule(picks=st.lists(st.integers(0, 99), min_size=2, max_size=4))
    def deliver_at_once(self, picks: list[int]) -> None:
        """Several events, or one several times, each in a process of its own."""
        children = [self.send([self.events[pick % len(self.events)]], None) for pick in picks]
        statuses = [child.status() for child in children]
        assert {*statuses} <= {*TAKEN, 503}, statuses

    @precondition(lambda self: self.events)
    @rule(pick=st.integers(0, 99), step=st.integers(0, 90), content=st.none() | st.integers(0, 2))
    def change_while_it_is_delivered(self, pick: int, step: int, content: int | None) -> None:
        """A delivery pauses at a step; its object is put anew or deleted, and that event is delivered first."""
        event = self.events[pick % len(self.events)]
        key = unquote_plus(event["s3"]["object"]["key"])
        slow = self.send([event], Fault("pause", step))
        slow.wait_until_paused()
        if content is None:
            self.delete(key)
        else:
            self.upload(key, content)
        with self.impatient():
            quick = self.send([self.events[-1]], None).status()
        self.newest_wins()
        slow.go_on()
        assert {quick, slow.status()} <= {*TAKEN, 503}, "503: the one waited for what the other has locked"

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Who waits for a delivery that is paused within the writers' lock waits in vain: for a short time, then."""
        database = self.app.extensions["ingest"].database
        patient = database._settings
        database._settings = replace(patient, database_lock_ms=300)
        try:
            yield
        finally:
            database._settings = patient

    @precondition(lambda self: len(self.events) > 1)
    @rule(fault=st.none() | FAULTS)
    def deliver_as_one_notification(self, fault: Fault | None) -> None:
        """All that is on its way, and it stays there."""
        status = self.send(self.events, fault).status()
        assert status in TAKEN or (fault and status in (503, None)), status

    @rule(fault=st.none() | FAULTS)
    def reconcile(self, fault: Fault | None) -> None:
        status = self.compare(fault)
        assert status in (200, 202) or (fault and status in (503, None)), status

    def send(self, records: list[dict[str, Any]], fault: Fault | None) -> Child:
        headers = {**ATTRIBUTES, "ce-type": "dev.knative.eventing.aws-sqs"}
        return self.request(fault, json={"Records": records}, headers=headers)

    def compare(self, fault: Fault | None) -> int | None:
        headers = {**ATTRIBUTES, "ce-type": "dev.movies.reconcile"}
        return self.request(fault, headers=headers).status()

    def request(self, fault: Fault | None, **asked: Any) -> Child:
        """In a process of its own, where a reader looks at the database between any two steps."""
        look = partial(self.reader.look_from, self.parts.database.owner)
        return request(self.app, fault, self.parts.database.superuser, look, **asked)

    @precondition(lambda self: hasattr(self, "app"))
    @invariant()
    def readers_see_a_whole(self) -> None:
        """Between two steps of a delivery, too: see `request`."""
        assert self.reader.look(self.parts.connection) == []

    @precondition(lambda self: hasattr(self, "app"))
    @invariant()
    def newest_wins(self) -> None:
        """No key ever goes back to a version that came before one that has been seen."""
        for key, *giving in self.giving():
            puts = enumerate(self.oracle.history[key])
            place = max(at for at, put in puts if put and [put.version, put.second] == giving)
            assert place >= self.newest[key], f"{key} went back to an older version"
            self.newest[key] = place

    def settle(self) -> None:
        """Compare until nothing changes any more, with nobody else at work."""
        for _ in range(20):
            before = self.giving()
            self.wait_until_idle()
            if self.compare(None) == 200 and self.giving() == before:
                return
        raise AssertionError("the comparison comes to no end")

    def wait_until_idle(self) -> None:
        """Return once no session is left of a process that has ended: a second after a kill at most."""
        sessions = (
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ingest'"
        )
        deadline = time.monotonic() + 30
        while self.parts.rows(sessions):
            assert time.monotonic() < deadline, "a session of a process that was killed goes on"
            time.sleep(0.01)

    def giving(self) -> list[tuple[Any, ...]]:
        """What gives movies now: key, version, when it was modified."""
        return self.parts.rows(
            "SELECT key, version, last_modified FROM files WHERE content_id IS NOT NULL ORDER BY key"
        )

    def teardown(self) -> None:
        if not hasattr(self, "app"):  # drawn, and thrown away before it began
            return
        self.settle()
        self.check_against_the_oracle()
        self.check_the_ledger()
        self.check_a_rebuild()

    def check_against_the_oracle(self) -> None:
        giving = {key: (version, modified) for key, version, modified in self.giving()}
        for key in {*self.oracle.history, *giving}:
            assert giving.get(key) in self.oracle.may_give(key), key
        wanted = self.oracle.served((key, *rest) for key, rest in giving.items())
        rows = self.parts.rows("SELECT id::text, doc FROM movies")
        assert {identity: json.loads(str(doc)) for identity, doc in rows} == wanted

    def check_the_ledger(self) -> None:
        """Each object that is there is decided, with the counts or the reason; nothing else is on record."""
        rows = self.parts.rows(
            "SELECT key, version, state, entries, stored, merged, rejected, reason FROM files"
        )
        ledger = {(key, version): rest for key, version, *rest in rows}
        versions = {(key, put.version) for key, puts in self.oracle.history.items() for put in puts if put}
        assert {key for key in ledger if key not in versions} == set()
        for key in self.oracle.history:
            there = self.oracle.there(key)
            decided = [ledger[key, name] for name in {put.version for put in there} if (key, name) in ledger]
            content = there[0].content if there else None
            if content and content.readable:
                rows = [row for row in decided if row[0] in ("stored", "duplicate")]
                assert [tuple(counts) for _, *counts, _ in rows] == [content.counts()], (key, decided)
            elif content:
                assert any(state == "failed" and reason for state, *_, reason in decided), (key, decided)

    def check_a_rebuild(self) -> None:
        """From nothing, the bucket alone gives the same rows, where it still holds all that gives."""
        if any(None in self.oracle.may_give(key) and self.oracle.keep for key in self.oracle.history):
            return
        if any(put and not put.content.readable for puts in self.oracle.history.values() for put in puts):
            return
        before = self.parts.rows("SELECT id, title_key, year, doc FROM movies ORDER BY id")
        self.parts.rows(EMPTY)
        self.reader.forget()
        self.settle()
        assert self.parts.rows("SELECT id, title_key, year, doc FROM movies ORDER BY id") == before
