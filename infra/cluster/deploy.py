"""`make deploy-query`, `make deploy-ingest`: one function, built and rolled out."""

from __future__ import annotations

import sys

from infra.cluster import functions, kubectl, settings
from infra.cluster.errors import told


def main() -> None:
    with told("deploy"):
        functions.deploy(kubectl.find(), settings.load(), sys.argv[1])


if __name__ == "__main__":
    main()
