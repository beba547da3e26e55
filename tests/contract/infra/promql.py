"""The rules and the dashboards, and what their PromQL asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from local.settings import ROOT

RULES = {
    "query": ROOT / "infra/knative/components/monitoring/rules-query.yaml",
    "ingest": ROOT / "infra/knative/components/monitoring/rules-ingest.yaml",
    "database": ROOT / "infra/postgres/components/monitoring/rules-database.yaml",
}
DASHBOARDS = sorted((ROOT / "infra/knative/components/dashboards").glob("*.json"))
# What Prometheus and the PodMonitors add to every sample.
TARGET_LABELS = {"pod", "job", "namespace"}
_WORDS = {"and", "or", "unless", "offset"}
_SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)(?![\w:]|\s*\()(?:\{([^}]*)\})?")
_LABELS = re.compile(r"\b(?:by|on)\s*\(([^)]*)\)")


class Selector(NamedTuple):
    """A metric, and each label that a query looks at, with the values that it looks for."""

    metric: str
    labels: dict[str, str]


def spec(name: str) -> dict[str, Any]:
    """What Prometheus itself would read: the groups of one of RULES."""
    found: dict[str, Any] = yaml.safe_load(RULES[name].read_text())["spec"]
    return found


def rules() -> list[dict[str, Any]]:
    return [rule for name in RULES for group in spec(name)["groups"] for rule in group["rules"]]


def recorded() -> dict[str, str]:
    """The rules that make metrics of their own: name and expression."""
    return {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}


def queries() -> Iterator[tuple[str, str]]:
    """Every expression, and where it stands; Grafana's own interval as five minutes."""
    for rule in rules():
        yield rule.get("alert") or rule["record"], rule["expr"]
    for file in DASHBOARDS:
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{file.stem}: {panel['title']}", target["expr"].replace("$__rate_interval", "5m")


def grouped(expression: str) -> set[str]:
    """The labels that stand after `by` and `on`."""
    return {each.strip() for found in _LABELS.findall(expression) for each in found.split(",")} - {""}


def selectors(expression: str) -> Iterator[Selector]:
    """Each metric that an expression names; labels that it groups by belong to all of them."""
    common = dict.fromkeys(grouped(expression) - TARGET_LABELS, "")
    plain = re.sub(r"\[[^\]]*\]|\boffset \w+", "", _LABELS.sub("", expression))
    for name, matchers in _SELECTOR.findall(plain):
        if name not in _WORDS:
            yield Selector(name, common | dict(re.findall(r'(\w+)\s*[!=]~?\s*"([^"]*)"', matchers)))
