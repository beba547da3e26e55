"""`make status`: what runs, what does not, and why."""

from __future__ import annotations

from infra.cluster import database, functions, kubectl, road
from infra.cluster.errors import told
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import DATABASE, FUNCTIONS
from infra.cluster.waiting import reason_not_ready


def main() -> None:
    with told("status"):
        show(kubectl.find())


def show(cluster: Kubectl) -> None:
    """Print a line for each part."""
    _line("database", *_database(cluster))
    for name in functions.NAMES:
        _line(name, *_function(cluster, name))
    for kind, name, namespace in road.PARTS:
        reason = (
            reason_not_ready(cluster.get(kind, name, namespace))
            if cluster.has_kind(kind)
            else "Knative is absent"
        )
        _line(f"{kind.split('.')[0]} {name}", reason, "")


def _database(cluster: Kubectl) -> tuple[str, str]:
    if not cluster.has_kind(database.KIND):
        return "CloudNativePG is absent", ""
    found = cluster.get(database.KIND, database.NAME, DATABASE)
    state = (found or {}).get("status", {})
    return database.reason_not_ready(
        found
    ), f"{state.get('readyInstances', 0)} instances, primary {state.get('currentPrimary')}"


def _function(cluster: Kubectl, name: str) -> tuple[str, str]:
    if not cluster.has_kind(functions.KIND):
        return "Knative is absent", ""
    found = cluster.get(functions.KIND, name, FUNCTIONS)
    if found is None:
        return "not deployed", ""
    state = found["status"]
    revision = state.get("latestReadyRevisionName", "")
    pods = cluster.list("pods", FUNCTIONS, f"serving.knative.dev/revision={revision}")
    running = sum(1 for pod in pods if pod["status"].get("phase") == "Running")
    path = cluster.get("serverlessservices.networking.internal.knative.dev", revision, FUNCTIONS) or {}
    mode = path.get("spec", {}).get("mode", "unknown")
    return reason_not_ready(found), f"{running} pods, mode {mode}, {state.get('url', '')}"


def _line(what: str, reason: str, more: str) -> None:
    print(f"  {what:<26} {'NOT READY: ' + reason if reason else 'ready':<8} {more}", flush=True)


if __name__ == "__main__":
    main()
