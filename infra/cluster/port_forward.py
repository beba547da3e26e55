"""`make port-forward`: query and ingest on this machine, as with `make run`, until Ctrl-C."""

from __future__ import annotations

import os
import threading

from infra.cluster import forwarding, kubectl
from infra.cluster.errors import told


def main() -> None:
    query, ingest = int(os.environ.get("QUERY_PORT") or 8080), int(os.environ.get("INGEST_PORT") or 8081)
    with told("port-forward"):
        cluster = kubectl.find()
        with forwarding.function(cluster, "query", query), forwarding.function(cluster, "ingest", ingest):
            print(
                f"query  http://127.0.0.1:{query}   (the movie explorer)\n"
                f"ingest http://127.0.0.1:{ingest}   (the ledger, as a page)\nCtrl-C ends",
                flush=True,
            )
            threading.Event().wait()


if __name__ == "__main__":
    main()
