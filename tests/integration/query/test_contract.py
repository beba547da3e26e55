"""The real server against the contract it serves: requests within it and beside it, made by schemathesis.

CONTRACT_CASES says how many are made up for each operation (`make prove-contract`: 800).
"""

from __future__ import annotations

import os
import sys

import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from query import contract
from schemathesis.checks import negative_data_rejection, positive_data_acceptance

CASES = int(os.environ.get("CONTRACT_CASES", "10"))
SCHEMA = schemathesis.openapi.from_dict(yaml.safe_load(contract.DOCUMENT.read_text()))
made: list[int] = []


@SCHEMA.parametrize()
@settings(
    max_examples=CASES,
    deadline=None,
    derandomize=CASES <= 10,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_contract_has(query, case):
    made.append(1)
    if case.meta is None or case.meta.generation.mode.is_positive:
        # What a schema cannot say: which cursors there are, and that relevance needs a q.
        case.query.pop("cursor", None)
        if case.query.get("sort") == "relevance" and "q" not in case.query:
            del case.query["sort"]
    answer = case.call(base_url=query.url, timeout=10)
    # A request that fits may be too long all the same, and one that does not fit is refused by that.
    beside = [negative_data_rejection, positive_data_acceptance] if answer.status_code == 414 else None
    case.validate_response(answer, excluded_checks=beside)


def test_as_many_cases_were_made_as_were_asked_for():
    operations = sum(len(item) for item in SCHEMA.raw_schema["paths"].values())
    sys.stdout.write(f"\n{len(made)} requests to {operations} operations\n")
    assert len(made) >= operations * min(CASES, 5)
