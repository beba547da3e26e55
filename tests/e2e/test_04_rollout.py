"""A changed query, deployed by `func` from its folder under load."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from pathlib import Path

from infra.cluster import functions
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import FUNCTIONS
from infra.cluster.waiting import reason_not_ready
from local.settings import ROOT
from tests.bench.openloop import Plan, Result, run_apart
from tests.e2e.conftest import Record
from tests.e2e.gateway import Gateway
from tests.e2e.settings import Settings
from tests.e2e.waiting import eventually

RATE, SECONDS = 20, 120
CHANGED = "9.9.9-changed"


def test_func_deploy_of_a_changed_query_fails_no_request(
    gateway: Gateway, cluster: Kubectl, settings: Settings, tmp_path: Path, record: Record
) -> None:
    folder = tmp_path / "query"
    shutil.copytree(ROOT / "functions/query", folder, ignore=shutil.ignore_patterns("_deps", "__pycache__"))
    contract = folder / "query/openapi.yaml"
    contract.write_text(re.sub(r"(?m)^  version: .*$", f"  version: {CHANGED}", contract.read_text()))
    results: list[Result] = []
    plan = Plan(
        gateway.port, ["/movies?limit=10"], RATE, SECONDS, host=gateway.name_of("query"), connections=8
    )
    load = threading.Thread(target=lambda: results.append(run_apart(plan)))
    load.start()
    _func_deploy(folder, settings)
    eventually(lambda: CHANGED in gateway.get("/openapi.yaml").text, 60)
    eventually(lambda: not reason_not_ready(cluster.get(functions.KIND, "query", FUNCTIONS)), 60)
    load.join()
    (result,) = results
    assert set(result.statuses) <= {"200", "closed"}
    assert result.statuses["200"] == RATE * (SECONDS + plan.warm_seconds)
    assert result.unanswered == 0
    record(f"{RATE} requests a second for {SECONDS} s: {result.statuses}, unanswered {result.unanswered}")
    record("func deploy --builder host, from a folder with a changed contract; the new contract is served")


def _func_deploy(folder: Path, settings: Settings) -> None:
    command = [os.environ.get("FUNC") or "func", "deploy", "--builder", "host", "--namespace", FUNCTIONS]
    command += ["--image", "localhost:5000/movie-query:changed", "--registry-insecure"]
    command += ["--base-image", settings.base_image] if settings.base_image else []
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
