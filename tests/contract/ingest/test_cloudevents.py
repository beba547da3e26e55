"""What ingest sends: CloudEvents and problems as their specifications have them, and nothing that a Broker refuses."""

from __future__ import annotations

from datetime import datetime, timezone

import flask
import pytest
from cloudevents.http import from_http
from ingest.errors import Busy, FileRefused, NotAllowed
from ingest.events import Change
from ingest.intake import Outcome
from ingest.problems import answer
from ingest.reconciling import Summary
from ingest.replies import Handled, reply

COUNTS = {"entries": 3, "stored": 1, "merged": 1, "rejected": 1}


def replied(*outcomes: Outcome, summary: Summary | None = None) -> flask.Response:
    app = flask.Flask("test")
    with app.test_request_context("/", method="POST"):
        flask.g.handled = Handled(list(outcomes), summary)
        return reply(flask.Response("OK"))


def committed(key: str) -> Outcome:
    return Outcome(Change("b", key), "stored", "etag", 7, committed=True, counts=COUNTS, data_version=3)


def test_a_commit_is_answered_with_a_binary_cloudevent() -> None:
    response = replied(committed("a é.json"))
    event = from_http(dict(response.headers), response.get_data())
    assert event["type"] == "dev.movies.file.ingested"
    assert event["specversion"] == "1.0"
    assert event["subject"] == "b/a%20%C3%A9.json"
    assert datetime.fromisoformat(event["time"]).tzinfo == timezone.utc
    assert event.data == {
        "bucket": "b",
        "key": "a é.json",
        "version": "etag",
        "file": 7,
        "state": "stored",
        "counts": COUNTS,
        "data_version": 3,
    }


def test_several_files_are_one_reply() -> None:
    response = replied(committed("a"), committed("b"), Outcome(Change("b", "c"), "superseded"))
    event = from_http(dict(response.headers), response.get_data())
    assert event.data["key"] == "b"
    assert [other["key"] for other in event.data["others"]] == ["a"]


@pytest.mark.parametrize(
    ("summary", "kind"),
    [
        (Summary(objects=3, asked=1), "dev.movies.bucket.reconciled"),
        (Summary(objects=3, after="k"), "dev.movies.reconcile"),
    ],
)
def test_a_comparison_is_answered_with_its_end_or_with_the_event_that_goes_on(
    summary: Summary, kind: str
) -> None:
    response = replied(summary=summary)
    event = from_http(dict(response.headers), response.get_data())
    assert event["type"] == kind
    assert (event.data["objects"], event.data["after"]) == (3, summary.after)


@pytest.mark.parametrize(
    ("outcomes", "summary", "status"),
    [
        ([Outcome(Change("b", "a"), "superseded")], None, 200),
        ([Outcome(Change("b", "a"), "in progress")], None, 202),
        ([], Summary(running=True), 202),
        ([], None, 200),
    ],
)
def test_without_a_commit_the_body_is_empty(
    outcomes: list[Outcome], summary: Summary | None, status: int
) -> None:
    """A Broker counts a 2xx with any other body as a failed delivery."""
    response = replied(*outcomes, summary=summary)
    assert (response.status_code, response.get_data()) == (status, b"")
    assert "ce-type" not in response.headers


def test_a_problem_has_the_members_of_rfc_9457() -> None:
    with flask.Flask("test").app_context():
        refused = answer(FileRefused("the file is empty", file=7))
        busy = answer(Busy("try again"))
        stranger = answer(NotAllowed("send the token"))
    assert refused.mimetype == busy.mimetype == "application/problem+json"
    assert refused.get_json() == {
        "type": "about:blank",
        "title": "The file cannot be stored",
        "status": 422,
        "detail": "the file is empty",
        "file": 7,
    }
    assert busy.headers["Retry-After"] == "5"
    assert stranger.headers["WWW-Authenticate"] == "Bearer"
