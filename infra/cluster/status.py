"""`make status`: what runs, what does not, and why; what waits, what was given up, what came last."""

from __future__ import annotations

from collections.abc import Callable

from infra.cluster import data, database, functions, kubectl, pods, queue, road, settings
from infra.cluster.errors import ClusterError, told
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import DATABASE, FUNCTIONS
from infra.cluster.waiting import reason_not_ready


def main() -> None:
    with told("status"):
        cluster = kubectl.find()
        show(cluster, database.name(cluster, settings.load()))


def show(cluster: Kubectl, database_name: str) -> None:
    """Print a line for each part."""
    _line("database", *_database(cluster, database_name))
    for name in functions.NAMES:
        _line(name, *_function(cluster, name))
    for kind, name, namespace in road.PARTS:
        reason = (
            reason_not_ready(cluster.get(kind, name, namespace))
            if cluster.has_kind(kind)
            else "Knative is absent"
        )
        _line(f"{kind.split('.')[0]} {name}", reason, "")
    _ledger(cluster, database_name)
    _fact("served", _known(_served, cluster))
    _fact("queue", _known(_queue, cluster))
    print("pods", flush=True)
    for line in pods.lines(cluster):
        print(f"  {line}", flush=True)


def _ledger(cluster: Kubectl, database_name: str) -> None:
    try:
        held = data.held(cluster, database_name)
    except ClusterError as error:
        _fact("data", f"not known: {error}")
        return
    _fact("data", f"version {held['version']}, {held['movies']:,} movies, changed {held['changed_at']} UTC")
    _fact("files", ", ".join(f"{files:,} {state}" for state, files in held["states"].items()) or "none yet")
    _fact("dead letters", f"{held['dead_letters']:,}")
    for each in held["last"]:
        counts = (
            f"{each['stored']:,} stored, {each['rejected']:,} rejected" if each["stored"] is not None else ""
        )
        told_of = f"{each['received_at']}  {each['state']:<10} {each['key']}"
        _fact(
            "last files" if each is held["last"][0] else "", f"{told_of}  {each['reason'] or counts}".rstrip()
        )


def _known(tell: Callable[[Kubectl], str], cluster: Kubectl) -> str:
    """What is told, or why it cannot be: the rest of the status is told all the same."""
    try:
        return tell(cluster)
    except ClusterError as error:
        return f"not known: {error}"


def _served(cluster: Kubectl) -> str:
    found = data.served(cluster)
    stale = ", STALE" if found["stale"] else ""
    return f"version {found['data_version']}, {found['movies']:,} movies, confirmed {found['age_seconds']} s ago{stale}"


def _queue(cluster: Kubectl) -> str:
    found = queue.depths(cluster)
    dead = "no queue for dead ones" if found.dead is None else f"{found.dead:,} dead"
    return f"{found.waiting:,} messages wait, {found.under_way:,} under way, {dead}"


def _database(cluster: Kubectl, name: str) -> tuple[str, str]:
    if not cluster.has_kind(database.KIND):
        return "CloudNativePG is absent", ""
    found = cluster.get(database.KIND, name, DATABASE)
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
    found_pods = cluster.list("pods", FUNCTIONS, f"serving.knative.dev/revision={revision}")
    running = sum(1 for pod in found_pods if pod["status"].get("phase") == "Running")
    path = cluster.get("serverlessservices.networking.internal.knative.dev", revision, FUNCTIONS) or {}
    mode = path.get("spec", {}).get("mode", "unknown")
    return reason_not_ready(found), f"{revision}, {running} pods, mode {mode}, {state.get('url', '')}"


def _line(what: str, reason: str, more: str) -> None:
    print(f"  {what:<26} {'NOT READY: ' + reason if reason else 'ready':<8} {more}", flush=True)


def _fact(what: str, value: str) -> None:
    print(f"  {what:<26} {value}", flush=True)


if __name__ == "__main__":
    main()
