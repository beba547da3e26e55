"""`make reconcile CLUSTER=yes`, `make upload CLUSTER=yes FILES=…`: the laptop's programs, pointed at a cluster."""

from __future__ import annotations

import os
import sys

from infra.cluster import forwarding, kubectl, secrets
from infra.cluster.errors import ClusterError, told
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import FUNCTIONS
from local import events, upload

PROGRAMS = {"reconcile": events.main, "upload": upload.main}


def main() -> None:
    with told(sys.argv[1]):
        cluster = kubectl.find()
        os.environ.update(destination(cluster))
        with forwarding.function(cluster, "ingest") as port:
            os.environ["INGEST_URL"] = f"http://127.0.0.1:{port}"
            program = PROGRAMS[sys.argv.pop(1)]
            program()


def destination(cluster: Kubectl) -> dict[str, str]:
    """The cluster's bucket and the keys for it, as boto3 wants them."""
    found = cluster.get("configmap", "movie-data", FUNCTIONS)
    if found is None:
        raise ClusterError("nothing is installed on this cluster: run `make up`")
    data = found["data"]
    keys = secrets.wanted(cluster, "aws-auth", FUNCTIONS)
    wanted = {
        name: data[name] for name in ("AWS_BUCKET_NAME", "AWS_REGION", "AWS_ENDPOINT_URL") if data.get(name)
    }
    return {**wanted, "AWS_DEFAULT_REGION": data["AWS_REGION"], **keys}


if __name__ == "__main__":
    main()
