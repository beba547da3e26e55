"""The two functions: built and deployed by `func`, then given what func.yaml has no word for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import yaml

from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Kubectl
from infra.cluster.manifests import scratch
from infra.cluster.secrets import FUNCTIONS
from infra.cluster.settings import ROOT, Settings
from infra.cluster.waiting import reason_not_ready, wait_until

KIND = "services.serving.knative.dev"
NAMES = ("query", "ingest")
_AFTER_FUNC = ROOT / "infra" / "knative" / "after-func.json"
_BUILD_S_MAX, _DEPLOY_S_MAX = 900, 600


def deploy(kubectl: Kubectl, settings: Settings, name: str) -> None:
    """Build, push and deploy a function, or deploy the image that NAME_IMAGE names; wait until it is ready."""
    image = build(settings, ROOT / "functions" / name, name)
    command = ["deploy", "--image", image, "--build=false", "--push=false", "--namespace", FUNCTIONS]
    _func(_copy(ROOT / "functions" / name), command, _DEPLOY_S_MAX)
    # func keeps these from one deployment to the next: only the first makes a second revision.
    kubectl.run("patch", KIND, name, "-n", FUNCTIONS, "--type=json", f"--patch-file={_AFTER_FUNC}")
    wait_until(name, lambda: reason_not_ready(kubectl.get(KIND, name, FUNCTIONS)), 300)


def build(settings: Settings, folder: Path, name: str) -> str:
    """Build and push an image with func's host builder; returns its name, with the digest that was pushed."""
    image = settings.image(name)
    if settings.is_prebuilt(name):
        return image
    print(f"  {name}: building {image}", flush=True)
    copy = _copy(folder)
    insecure = ["--registry-insecure"] if image.startswith(("localhost:", "127.0.0.1:")) else []
    base = ["--base-image", settings.base_image] if settings.base_image else []
    _func(copy, ["build", "--builder", "host", "--image", image, "--push", *base, *insecure], _BUILD_S_MAX)
    built = yaml.safe_load((copy / "func.yaml").read_text())
    pushed = copy / ".func" / "built-image"
    return pushed.read_text().strip() if pushed.exists() else str(built.get("image") or image)


def _copy(folder: Path) -> Path:
    """A copy to work in: func writes what it did into func.yaml."""
    copy = scratch() / "build" / folder.name
    copy.mkdir(parents=True, exist_ok=True)
    shutil.copytree(
        folder,
        copy,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__", "_deps", ".func", "*.egg-info"),
    )
    return copy


def _func(folder: Path, arguments: list[str], timeout_s: float) -> None:
    program = os.environ.get("FUNC", "").strip() or shutil.which("func")
    if not program:
        raise ClusterError("func is not on this machine: install Knative's func, or set FUNC to where it is")
    try:
        done = subprocess.run(
            [program, *arguments], cwd=folder, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise ClusterError(f"func {arguments[0]} did not end within {timeout_s:.0f} s") from None
    if done.returncode != 0:
        raise ClusterError(f"func {arguments[0]}: {(done.stderr or done.stdout).strip()[-2000:]}")
