"""Any history of uploads, events and faults ends in the rows that the oracle works out."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing

import psycopg2
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.ingest.history import History, Parts
from tests.support.aws import Aws
from tests.support.databases import Database

PARTS, HISTORIES = 10, 50


@pytest.mark.skipif(sys.platform != "linux", reason="forks, and waits for a process that is stopped")
@pytest.mark.parametrize(
    ("part", "runs"),
    [
        (0, 8),
        *(
            pytest.param(part, HISTORIES, marks=[pytest.mark.prove, pytest.mark.timeout(3600)])
            for part in range(1, PARTS + 1)
        ),
    ],
)
def test_every_history_ends_as_the_oracle_says(
    aws: Aws, database: Database, monkeypatch: pytest.MonkeyPatch, part: int, runs: int
) -> None:
    """Each part has histories of its own, the same at every run; HISTORIES_SEED gives others."""
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    began, made = time.monotonic(), []
    with aws.s3() as s3, closing(psycopg2.connect(database.owner)) as connection:
        connection.autocommit = True

        @seed(int(os.environ.get("HISTORIES_SEED", "0")) * PARTS + part)
        class Here(History):
            parts = Parts(s3, database, connection)

            def teardown(self) -> None:
                super().teardown()
                made.append(getattr(self, "sequence", 0))

        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=runs,
                stateful_step_count=15,
                deadline=None,
                derandomize=False,
                database=None,
                phases=[Phase.generate],  # to make a failure small takes minutes; its blob can be run again
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    histories = [changes for changes in made if changes]
    print(
        f"\n{len(histories)} histories with {sum(histories)} changes of the bucket without a difference,"
        f" in {time.monotonic() - began:.0f} s"
    )
    assert len(histories) >= runs
