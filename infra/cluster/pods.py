"""The pods of the three namespaces, a line each."""

from __future__ import annotations

from infra.cluster.kubectl import Kubectl, Object
from infra.cluster.secrets import DATABASE, FUNCTIONS, SOURCE


def lines(cluster: Kubectl) -> list[str]:
    """Name, state, containers that are ready, restarts, node; what has done its work is left out."""
    return [
        _line(namespace, pod)
        for namespace in (DATABASE, FUNCTIONS, SOURCE)
        for pod in cluster.list("pods", namespace)
        if pod["status"].get("phase") != "Succeeded"
    ]


def _line(namespace: str, pod: Object) -> str:
    containers = pod["status"].get("containerStatuses", [])
    ready = sum(1 for each in containers if each["ready"])
    restarts = sum(each["restartCount"] for each in containers)
    again = f", {restarts} restarts" if restarts else ""
    where = pod["spec"].get("nodeName", "no node")
    return f"{namespace}/{pod['metadata']['name']}: {_state(pod)}, {ready} of {len(containers)} ready{again}, on {where}"


def _state(pod: Object) -> str:
    """As kubectl tells it: why a container waits, before the phase."""
    if "deletionTimestamp" in pod["metadata"]:
        return "Terminating"
    for each in pod["status"].get("containerStatuses", ()):
        if reason := each.get("state", {}).get("waiting", {}).get("reason"):
            return str(reason)
    return str(pod["status"].get("phase", "Unknown"))
