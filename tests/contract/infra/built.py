"""Every kustomization of infra/, built once."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.settings import ROOT

INFRA = ROOT / "infra"
Object = dict[str, Any]
# What `make up` and the documents build; components are built on top of the first.
FOLDERS = sorted(
    str(path.parent.relative_to(INFRA))
    for path in INFRA.rglob("kustomization.yaml")
    if yaml.safe_load(path.read_text())["kind"] == "Kustomization"
)
COMPONENTS = {
    "postgres/components/backup": "postgres/overlays/default",
    "postgres/components/monitoring": "postgres/overlays/default",
    "postgres/components/restore": "postgres/overlays/lab-backup",
    "knative/components/dashboards": "knative/overlays/microk8s",
    "knative/components/monitoring": "knative/overlays/microk8s",
    "knative/components/domain": "knative/overlays/microk8s",
    "network/lab": "network",
}


@cache
def objects(folder: str) -> tuple[Object, ...]:
    """The objects of a folder, of a component together with what it is put on."""
    base = COMPONENTS.get(folder)
    if base is None:
        return _build(INFRA / folder)
    with tempfile.TemporaryDirectory(dir=INFRA) as made:
        kustomization = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": [f"../{base}"],
            "components": [f"../{folder}"],
        }
        Path(made, "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        return _build(Path(made))


def _build(folder: Path) -> tuple[Object, ...]:
    done = subprocess.run(
        [kubectl(), "kustomize", str(folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return tuple(each for each in yaml.safe_load_all(done.stdout) if each)


def kubectl() -> str:
    """The one of the virtual environment: the same for everybody."""
    beside = Path(sys.executable).with_name("kubectl")
    found = str(beside) if beside.exists() else shutil.which("kubectl")
    assert found, "kubectl is not there: make venv"
    return found
