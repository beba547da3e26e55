"""A way from this machine to something inside the cluster."""

from __future__ import annotations

import re
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3

from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import FUNCTIONS
from infra.cluster.waiting import wait_until

_QUEUE_PROXY = 8012  # what passes here is counted, so a pod in use is not taken away
_WAIT_S = 30


@contextmanager
def forward(kubectl: Kubectl, target: str, namespace: str, port: int, local: int = 0) -> Iterator[int]:
    """Forward a port of this machine to `target`; gives the port of this machine."""
    command = [*kubectl.command, "port-forward", "-n", namespace, target, f"{local or ''}:{port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield _port(process, target)
        finally:
            process.terminate()


def _port(process: subprocess.Popen[str], target: str) -> int:
    if process.stdout and select.select([process.stdout], [], [], _WAIT_S)[0]:
        found = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
        if found:
            return int(found[1])
    process.terminate()
    said = process.stderr.read().strip() if process.stderr else ""
    raise ClusterError(f"no way to {target}: {said or 'kubectl port-forward does not answer'}")


@contextmanager
def function(kubectl: Kubectl, name: str, local: int = 0) -> Iterator[int]:
    """Forward to a pod of a function, which is woken first where none runs."""
    deployment = wake(kubectl, name)
    with forward(kubectl, f"deployment/{deployment}", FUNCTIONS, _QUEUE_PROXY, local) as port:
        yield port


def wake(kubectl: Kubectl, name: str) -> str:
    """See that a pod of the function runs; the name of its deployment."""
    service = kubectl.get("services.serving.knative.dev", name, FUNCTIONS)
    revision = (service or {}).get("status", {}).get("latestReadyRevisionName")
    if not revision:
        raise ClusterError(f"{name} is not deployed: run `make up`")
    deployment = f"{revision}-deployment"

    def reason() -> str:
        found = kubectl.get("deployment", deployment, FUNCTIONS) or {}
        if found.get("status", {}).get("readyReplicas"):
            return ""
        _knock(kubectl, name)
        return "being woken"

    if reason():
        wait_until(name, reason, 120)
    return deployment


def _knock(kubectl: Kubectl, name: str) -> None:
    """One request by the gateway inside the cluster, which makes Knative start a pod."""
    with forward(kubectl, "service/kourier-internal", "kourier-system", 80) as port:
        try:
            urllib3.request(
                "GET",
                f"http://127.0.0.1:{port}/health/liveness",
                headers={"host": f"{name}.{FUNCTIONS}.svc.cluster.local"},
                timeout=urllib3.Timeout(connect=5, read=60),
                retries=False,
            )
        except urllib3.exceptions.HTTPError:
            time.sleep(1)
