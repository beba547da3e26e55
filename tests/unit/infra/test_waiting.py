"""Reasons that are shown while something is waited for."""

from __future__ import annotations

from typing import Any

import pytest

from infra.cluster import database
from infra.cluster.errors import ClusterError
from infra.cluster.waiting import reason_not_ready, wait_until


def _object(status: str, *, generation: int = 2, observed: int = 2, **more: str) -> dict[str, Any]:
    condition = {"type": "Ready", "status": status, **more}
    return {
        "metadata": {"generation": generation},
        "status": {"observedGeneration": observed, "conditions": [condition]},
    }


def test_what_is_absent_or_unready_says_why() -> None:
    assert reason_not_ready(None) == "it is not there yet"
    failed = _object("False", reason="RevisionFailed", message="no place")
    assert reason_not_ready(failed) == "RevisionFailed: no place"


def test_what_was_ready_before_a_change_is_not_ready() -> None:
    assert reason_not_ready(_object("True", generation=3)) == "a change is not taken in yet"
    assert reason_not_ready(_object("True")) == ""


def test_waiting_ends_with_the_last_reason() -> None:
    with pytest.raises(ClusterError, match="the thing is not ready after 0 s: no reason in particular"):
        wait_until("the thing", lambda: "no reason in particular", 0)


def test_a_database_is_ready_when_its_instances_and_its_roles_are() -> None:
    found: dict[str, Any] = {
        "spec": {"instances": 3},
        "status": {"readyInstances": 2, "phase": "Creating a new replica"},
    }
    assert database.reason_not_ready(found) == "2 of 3 instances ready, Creating a new replica"
    found["status"]["readyInstances"] = 3
    assert database.reason_not_ready(found) == "roles to come: movie_ingest, movie_query"
    found["status"]["managedRolesStatus"] = {
        "byStatus": {"reconciled": ["movie_ingest", "movie_query", "app"]}
    }
    assert database.reason_not_ready(found) == ""
