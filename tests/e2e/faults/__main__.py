"""`make e2e-faults`: the cluster of KUBECONFIG, made anew and then broken; the second table of docs/reliability.md."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from infra.cluster import kubectl
from infra.cluster.errors import ClusterError
from local.errors import StackError
from local.settings import ROOT
from tests.e2e.faults import instances, pods, road, rollouts
from tests.e2e.faults.target import ClusterTarget
from tests.e2e.gateway import Gateway
from tests.e2e.making import make
from tests.e2e.settings import Settings
from tests.e2e.stand_in import stand_in
from tests.e2e.volumes import free_released
from tests.faults import table
from tests.faults.repeating import tries
from tests.faults.settings import load

_MODULES = (rollouts, pods, instances, road)
FAULTS = {fault.name: fault for module in _MODULES for fault in module.FAULTS}
KEPT = ROOT / "docs" / "reliability-cluster.json"


def main() -> None:
    if not os.environ.get("KUBECONFIG"):
        sys.exit("e2e-faults: set KUBECONFIG; what is in the cluster's namespaces movie-* is deleted")
    try:
        sys.exit(0 if run() else 1)
    except (StackError, ClusterError) as error:
        sys.exit(f"e2e-faults: {error}")


def run() -> bool:
    """Whether every try of every fault went as expected."""
    asked, settings = load(tries=3, rate=20), Settings()
    if unknown := set(asked.names) - FAULTS.keys():
        raise StackError(f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(FAULTS)}")
    cluster, held = kubectl.find(), True
    with tempfile.TemporaryDirectory(prefix="movie-faults-") as name:
        folder = Path(name)
        with stand_in(settings, folder) as aws:
            make(settings, "down", PURGE="yes")
            free_released(cluster)
            make(settings, "up")
            s3 = aws.client("s3", endpoint_url=settings.aws_endpoint)
            gateway = Gateway.find(cluster, settings.gateway_host)
            target = ClusterTarget(folder, cluster, gateway, s3, settings.bucket)
            target.begin()
            for fault in (FAULTS[each] for each in asked.names or FAULTS):
                made = tries(fault, target, asked)
                held = held and all(each.held for each in made)
                if asked.write:
                    table.keep(fault.name, table.row(fault, made, asked), list(FAULTS), "cluster", KEPT)
    return held


if __name__ == "__main__":
    main()
