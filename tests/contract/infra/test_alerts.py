"""Every alert fires when it should and is silent when it should, as Prometheus itself evaluates it (promtool)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.infra.promql import RULES, rules, spec

_FOLDER = Path(__file__).with_name("alerts")
SCENARIOS = {name: yaml.safe_load((_FOLDER / f"{name}.yaml").read_text()) for name in RULES}
EVERY = [scenario for scenarios in SCENARIOS.values() for scenario in scenarios]


@pytest.mark.parametrize(
    ("name", "scenario"),
    [(name, scenario) for name, scenarios in SCENARIOS.items() for scenario in scenarios],
    ids=lambda value: value if isinstance(value, str) else f"{value['alert']}: {value['when']}",
)
def test_an_alert_fires_and_ends_with_the_trouble(
    name: str, scenario: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(spec(name)))
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(_promtool(name, scenario)))
    said = promtool("test", "rules", str(tmp_path / "test.yaml"))
    assert "SUCCESS" in said, said


def test_every_alert_is_seen_silent_then_firing_and_silent_again() -> None:
    firing = [each for each in EVERY if "fires" in each]
    assert {each["alert"] for each in firing} == {rule["alert"] for rule in rules() if "alert" in rule}
    ended = set()
    for each in firing:
        fires, silent = _minutes(each["fires"]), _minutes(each["silent"])
        assert min(silent) < min(fires), each["when"]
        ended |= {each["alert"]} if max(silent) > max(fires) else set()
    assert {each["alert"] for each in firing} == ended


def test_every_alert_says_how_grave_it_is_and_what_to_do() -> None:
    for rule in rules():
        if "alert" in rule:
            assert rule["labels"]["severity"] in ("critical", "warning")
            assert rule["annotations"].keys() == {"summary", "description"}


def test_the_database_has_as_many_instances_as_its_alert_expects() -> None:
    cluster = yaml.safe_load((RULES["database"].parents[2] / "base/cluster.yaml").read_text())
    (alert,) = [rule for rule in rules() if rule.get("alert") == "MovieDatabaseInstanceMissing"]
    assert alert["expr"].endswith(f"< {cluster['spec']['instances']}")


def promtool(*arguments: str) -> str:
    """What promtool says; skips the test where it is absent."""
    if not shutil.which("promtool"):
        pytest.skip("promtool is absent: it comes with Debian's package prometheus")
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def _firing(alert: str) -> list[dict[str, Any]]:
    return [each for each in EVERY if each["alert"] == alert and each.get("fires")]


def _minutes(times: list[str]) -> list[int]:
    return [int(time.removesuffix("m")) for time in times]


def _promtool(name: str, scenario: dict[str, Any]) -> dict[str, Any]:
    series = [{"series": name, "values": str(values)} for name, values in scenario["series"].items()]
    checks = [_check(_firing(scenario["alert"]), time, 1) for time in scenario.get("fires", ())]
    checks += [_check(_firing(scenario["alert"]), time, 0) for time in scenario.get("silent", ())]
    end = max(_minutes([*scenario.get("fires", ()), *scenario.get("silent", ())]), default=180)
    for alert in scenario.get("never", ()):
        checks.append(_check(f"max_over_time({_firing(alert)}[{end}m])", f"{end}m", 0))
    every = scenario.get("every", "1m")
    return {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": every,
        "group_eval_order": [group["name"] for group in spec(name)["groups"]],
        "tests": [{"interval": every, "input_series": series, "promql_expr_test": checks}],
    }


def _firing(alert: str) -> str:
    return f'ALERTS{{alertname="{alert}",alertstate="firing"}}'


def _check(asked: str, time: str, value: int) -> dict[str, Any]:
    samples = [{"labels": "{}", "value": value}]
    return {"expr": f"count({asked}) or vector(0)", "eval_time": time, "exp_samples": samples}


def _minutes(times: list[str]) -> list[int]:
    return [int(time.removesuffix("m")) for time in times]
