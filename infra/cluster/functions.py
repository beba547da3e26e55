"""The two functions: built and deployed by `func`, then given what func.yaml has no word for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Kubectl, Object
from infra.cluster.manifests import scratch
from infra.cluster.secrets import FUNCTIONS
from infra.cluster.settings import ROOT, Settings
from infra.cluster.waiting import reason_not_ready, wait_until

KIND = "services.serving.knative.dev"
NAMES = ("query", "ingest")
_KNATIVE = ROOT / "infra" / "knative"
_BUILD_S_MAX, _DEPLOY_S_MAX = 900, 600


def deploy(kubectl: Kubectl, settings: Settings, name: str) -> None:
    """Build, push and deploy a function, or deploy the image that NAME_IMAGE names; wait until it is ready."""
    chosen = image(settings, name)
    command = ["deploy", "--image", chosen, "--build=false", "--push=false", "--namespace", FUNCTIONS]
    try:
        _func(_copy(ROOT / "functions" / name), command, _DEPLOY_S_MAX)
    except ClusterError as error:
        # func gives up at the first setback, such as a pod that waits for a place.
        if _image_of(kubectl.get(KIND, name, FUNCTIONS)) != chosen:
            raise
        print(f"  {name}: {str(error).splitlines()[-1]}", flush=True)
    changes = after_func(name, kubectl.get(KIND, name, FUNCTIONS))
    kubectl.run("patch", KIND, name, "-n", FUNCTIONS, "--type=json", "-p", json.dumps(changes))
    wait_until(name, lambda: reason_not_ready(kubectl.get(KIND, name, FUNCTIONS)), 300)


def after_func(name: str, service: Object | None) -> list[Object]:
    """A JSON patch of what func.yaml has no word for. func keeps it from one deployment to the next.

    Only the spare container of query is made anew each time, for func leaves it the image that it had.
    """
    changes: list[Object] = json.loads((_KNATIVE / f"after-func-{name}.json").read_text())
    spare = {"op": "remove", "path": "/spec/template/spec/containers/1"}
    return [spare, *changes] if len(_containers(service)) > 1 else changes


def _image_of(service: Object | None) -> str:
    """The image that a Service is to run; empty where there is no Service."""
    return next((str(each["image"]) for each in _containers(service)), "")


def _containers(service: Object | None) -> list[Object]:
    return list(service["spec"]["template"]["spec"]["containers"]) if service else []


@lru_cache(maxsize=len(NAMES))
def image(settings: Settings, name: str) -> str:
    """The image to deploy: the one that NAME_IMAGE names, else one that is built and pushed now, once."""
    wanted = settings.image(name)
    if settings.is_prebuilt(name):
        return wanted
    print(f"  {name}: building {wanted}", flush=True)
    copy = _copy(ROOT / "functions" / name)
    command = ["build", "--builder", "host", "--image", wanted, "--push"]
    command += ["--base-image", settings.base_image] if settings.base_image else []
    command += ["--registry-insecure"] if wanted.startswith(("localhost:", "127.0.0.1:")) else []
    _func(copy, command, _BUILD_S_MAX)
    # With the digest: what is deployed is what was built, whoever moves the tag.
    return (copy / ".func" / "built-image").read_text().strip()


def _copy(folder: Path) -> Path:
    """A copy to work in: func writes what it did into func.yaml."""
    copy = scratch() / "build" / folder.name
    copy.mkdir(parents=True, exist_ok=True)
    shutil.copytree(
        folder,
        copy,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__", "_deps", "*.egg-info"),
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
