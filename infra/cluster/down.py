"""`make down`: stops everything and keeps the data; PURGE=yes deletes that, too."""

from __future__ import annotations

import os

from infra.cluster import database, functions, kubectl, road, settings
from infra.cluster.errors import ClusterError, told
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import DATABASE, FUNCTIONS, SOURCE
from infra.cluster.waiting import wait_until


def main() -> None:
    with told("down"):
        purge = os.environ.get("PURGE", "")
        if purge not in ("", "yes", "no"):
            raise ClusterError(f"PURGE must be yes or no, not {purge!r}")
        cluster = kubectl.find()
        down(cluster, settings.load())
        if purge == "yes":
            delete_all(cluster)
        else:
            print(
                "the volumes, the Secrets and what waits in the queue are kept; `make up` goes on from them"
            )


def down(cluster: Kubectl, chosen: settings.Settings) -> None:
    """Delete the functions and the road, put the database to sleep."""
    if cluster.has_kind(functions.KIND):
        for name in functions.NAMES:
            print(f"deleting {name}", flush=True)
            cluster.delete(functions.KIND, name, FUNCTIONS)
    print("deleting the event road", flush=True)
    road.remove(cluster, chosen)
    print("the database goes to sleep; its volumes stay", flush=True)
    database.put_to_sleep(cluster)
    # A namespace that is deleted while pods drain is looked at again only minutes later.
    wait_until("pods", lambda: _still_there(cluster), 660)


def _still_there(cluster: Kubectl) -> str:
    pods = [
        pod["metadata"]["name"]
        for namespace in (FUNCTIONS, SOURCE, DATABASE)
        for pod in cluster.list("pods", namespace)
        if pod["status"].get("phase") not in ("Succeeded", "Failed")
    ]
    return f"{len(pods)} draining" if pods else ""


def delete_all(cluster: Kubectl) -> None:
    """Delete the namespaces, with the database's volumes and the Secrets."""
    for name in (FUNCTIONS, SOURCE, DATABASE):
        print(f"deleting the namespace {name} and all that is in it", flush=True)
        cluster.run("delete", "namespace", name, "--ignore-not-found", "--timeout=300s", timeout_s=310)


if __name__ == "__main__":
    main()
