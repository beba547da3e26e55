"""kube-score, built from its Go module, finds nothing; what it is told to overlook has a reason here."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml

from tests.contract.infra.built import objects

_PROGRAM = "github.com/zegl/kube-score/cmd/kube-score@v1.20.0"
_GO_MIN = (1, 23)
_FOLDERS = ("knative/overlays/microk8s", "postgres/overlays/default", "postgres/migrate")
OVERLOOKED = {
    "networkpolicy-targets-pod": "the pods are made by Knative and CloudNativePG, not by a manifest",
    "container-security-context-user-group-id": "func's images give their files to user 1000",
    "container-image-tag": "`make migrate` puts the digest; test_policy.py looks at every other image",
    "container-image-pull-policy": "an image named by its digest cannot change behind its name",
}


@pytest.mark.timeout(400)  # a first build takes a minute or two
def test_kube_score_finds_nothing() -> None:
    command = ["go", "run", _PROGRAM, "score", "-", "--kubernetes-version=v1.34", "--output-format=ci"]
    command += [f"--ignore-test={each}" for each in OVERLOOKED]
    manifests = yaml.safe_dump_all([each for folder in _FOLDERS for each in objects(folder)])
    _require_go()
    done = subprocess.run(command, input=manifests, capture_output=True, text=True, timeout=380, check=False)
    assert "[OK]" in done.stdout, done.stderr[-2000:]
    assert [line for line in done.stdout.splitlines() if line.startswith(("[CRITICAL]", "[WARNING]"))] == []


def _require_go() -> None:
    if not shutil.which("go"):
        pytest.skip("Go is absent: kube-score cannot be built")
    said = subprocess.run(["go", "version"], capture_output=True, text=True, timeout=20, check=True).stdout
    found = re.search(r"go(\d+)\.(\d+)", said)
    if not found or tuple(map(int, found.groups())) < _GO_MIN:
        pytest.skip(f"{said.strip()} is too old to build kube-score")
