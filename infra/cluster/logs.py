"""`make logs`: what the parts say, until Ctrl-C. OF=query, spare, ingest, source or database; FOLLOW=no ends at once."""

from __future__ import annotations

import os
import subprocess
import sys

from infra.cluster import kubectl
from infra.cluster.errors import ClusterError, told
from infra.cluster.secrets import DATABASE, FUNCTIONS, SOURCE

PLACES = {
    "query": (FUNCTIONS, "serving.knative.dev/service=query", "user-container"),
    "spare": (FUNCTIONS, "serving.knative.dev/service=query", "spare"),
    "ingest": (FUNCTIONS, "serving.knative.dev/service=ingest", "user-container"),
    "source": (SOURCE, "sources.knative.dev/containerSource", ""),
    "database": (DATABASE, "cnpg.io/podRole=instance", "postgres"),
}


def main() -> None:
    with told("logs"):
        of = os.environ.get("OF", "") or "ingest"
        if of not in PLACES:
            raise ClusterError(f"OF must be one of {', '.join(PLACES)}, not {of!r}")
        namespace, selector, container = PLACES[of]
        command = [
            *kubectl.find().command,
            "logs",
            "-n",
            namespace,
            "--prefix",
            "--tail=100",
            "--selector",
            selector,
        ]
        command += ["--container", container] if container else []
        command += [] if os.environ.get("FOLLOW") == "no" else ["--follow", "--max-log-requests=20"]
        sys.exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
