"""The cluster, through `kubectl` or `microk8s kubectl`."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.cluster.errors import ClusterError

MANAGER = "movie-data"
Object = dict[str, Any]


class Kubectl:
    """Runs kubectl; every call has a time limit, and what it complains of becomes a ClusterError."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)

    def run(self, *arguments: str, stdin: str | None = None, timeout_s: float = 120) -> str:
        """The output of one command."""
        try:
            done = subprocess.run(
                [*self.command, *arguments],
                input=stdin,
                capture_output=True,
                text=True,
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ClusterError(f"`kubectl {arguments[0]}` did not end within {timeout_s:.0f} s") from None
        if done.returncode != 0:
            raise ClusterError(done.stderr.strip() or f"`kubectl {arguments[0]}` failed")
        return done.stdout

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """An object, or None where there is none."""
        text = self.run("get", kind, name, *_in(namespace), "--ignore-not-found", "-o", "json")
        found: Object | None = json.loads(text) if text.strip() else None
        return found

    def list(self, kind: str, namespace: str = "", selector: str = "") -> list[Object]:
        """The objects of a kind; of all namespaces where none is named."""
        scope = _in(namespace) if namespace else ["--all-namespaces"]
        chosen = ["--selector", selector] if selector else []
        items: list[Object] = json.loads(self.run("get", kind, *scope, *chosen, "-o", "json"))["items"]
        return items

    def has_kind(self, kind: str) -> bool:
        """Whether the cluster knows objects of this kind, such as brokers.eventing.knative.dev."""
        return self.get("crd", kind) is not None

    def apply(self, manifests: str) -> str:
        """Apply server-side: no copy of a Secret is left in an annotation."""
        return self.run(
            "apply", "--server-side", "--force-conflicts", f"--field-manager={MANAGER}", "-f", "-",
            stdin=manifests,
        )  # fmt: skip

    def apply_object(self, found: Object) -> None:
        """Apply one object."""
        self.apply(json.dumps(found))

    def delete(self, kind: str, name: str, namespace: str, timeout_s: float = 180) -> None:
        """Delete an object and wait until it is gone."""
        self.run(
            "delete", kind, name, *_in(namespace), "--ignore-not-found", f"--timeout={timeout_s:.0f}s",
            timeout_s=timeout_s + 10,
        )  # fmt: skip


def find(environment: Mapping[str, str] = os.environ) -> Kubectl:
    """What KUBECTL names, else kubectl, else that of MicroK8s, else the one that came with the dependencies.

    Raises ClusterError where it knows no cluster: it would ask port 8080 of this machine, where the laptop's query answers.
    """
    if named := environment.get("KUBECTL", "").strip():
        return Kubectl(shlex.split(named))
    found = _installed()
    try:
        found.run("config", "current-context", timeout_s=20)
    except ClusterError:
        raise ClusterError(
            "no cluster is chosen: set KUBECONFIG to its file, or `kubectl config use-context` one"
        ) from None
    return found


def _installed() -> Kubectl:
    for command in (["kubectl"], ["microk8s", "kubectl"]):
        if shutil.which(command[0]):
            return Kubectl(command)
    brought = Path(sys.executable).with_name("kubectl")
    if brought.exists():
        return Kubectl([str(brought)])
    raise ClusterError("kubectl is not on this machine: install it, or set KUBECTL to where it is")


def _in(namespace: str) -> list[str]:
    return ["--namespace", namespace] if namespace else []
