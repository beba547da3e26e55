"""The operator's documents are true: what they name exists, and what exists is named."""

from __future__ import annotations

import re

from local.settings import ROOT
from tests.contract.infra.promql import rules

TARGETS = (ROOT / "infra/cluster.mk").read_text()
DOCUMENTS = {
    each: (ROOT / "docs" / each).read_text() for each in ("install.md", "operations.md", "backup.md")
}
ALL = "\n".join(DOCUMENTS.values())


def _targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))


def test_every_target_says_what_it_does_and_stands_in_a_document() -> None:
    assert _targets(TARGETS) == set(re.findall(r"^([a-z0-9-]+):.*## \S", TARGETS, re.MULTILINE))
    assert {each for each in _targets(TARGETS) if f"make {each}" not in ALL} == set()


def test_every_target_in_the_documents_exists() -> None:
    known = _targets(TARGETS) | _targets((ROOT / "Makefile").read_text())
    assert set(re.findall(r"make ([a-z0-9-]+)", ALL)) <= known


def test_every_variable_that_the_programs_read_is_explained() -> None:
    programs = "\n".join(each.read_text() for each in (ROOT / "infra").rglob("*.py"))
    read = set(re.findall(r'(?:text|environ\.get|environment\.get)\(\s*"([A-Z][A-Z_]+)"', programs)) - {
        "AWS_ENDPOINT_URL"
    }
    assert {"AWS_QUEUE_ARN", "PURGE"} <= read
    assert {
        each for each in read if f"`{each}`" not in ALL and each not in ("QUERY_PORT", "INGEST_PORT")
    } == set()


def test_every_alert_is_in_the_table_of_alerts_and_the_other_way_round() -> None:
    table = DOCUMENTS["operations.md"].partition("| alert |")[2]
    named = set(re.findall(r"`(Movie\w+)`", table))
    assert named == {rule["alert"] for rule in rules() if "alert" in rule}


def test_every_path_in_the_documents_exists() -> None:
    for path in re.findall(r"\b((?:infra|functions|tests|docs)/[\w./-]*\w)", ALL):
        assert (ROOT / path).exists(), path
