"""The manifests of one installation: an overlay of infra/, and what only the installation knows."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from infra.cluster.kubectl import Kubectl, Object
from infra.cluster.settings import ROOT

Patch = dict[str, object]


def build(
    kubectl: Kubectl,
    folder: Path,
    *,
    components: list[Path] | None = None,
    patches: list[Patch] | None = None,
    images: dict[str, str] | None = None,
) -> str:
    """What kustomize makes of a folder. `components`, `patches` and `images` are as in a kustomization."""
    with tempfile.TemporaryDirectory(prefix="movie-data-", dir=scratch()) as made:
        # kustomize takes folders by relative path only.
        kustomization = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": [os.path.relpath(folder, made)],
            "components": [os.path.relpath(each, made) for each in components or []],
            "patches": patches or [],
            "images": [kustomize_image(name, image) for name, image in (images or {}).items()],
        }
        Path(made, "kustomization.yaml").write_text(json.dumps(kustomization))
        return kubectl.run("kustomize", made)


def monitoring(kubectl: Kubectl, *folders: Path) -> list[Path]:
    """These components, where the cluster has the Prometheus operator, whose kinds they use; else none."""
    return list(folders) if kubectl.has_kind("prometheusrules.monitoring.coreos.com") else []


def config_map(name: str, namespace: str, data: dict[str, str]) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace},
        "data": data,
    }


def replace(kind: str, values: dict[str, str]) -> Patch:
    """A patch that sets fields of the one object of a kind; the keys are JSON pointers."""
    operations = [{"op": "replace", "path": path, "value": value} for path, value in values.items()]
    return {"target": {"kind": kind}, "patch": json.dumps(operations)}


def kustomize_image(name: str, image: str) -> dict[str, str]:
    """An entry of `images` in a kustomization."""
    repository, _, digest = image.partition("@")
    if digest:
        return {"name": name, "newName": repository, "digest": digest}
    repository, colon, tag = image.rpartition(":")
    if not colon or "/" in tag:
        return {"name": name, "newName": image}
    return {"name": name, "newName": repository, "newTag": tag}


def scratch() -> Path:
    """A folder for what is made on the way; git does not see it."""
    folder = ROOT / ".local" / "cluster"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
