"""`make e2e`: these tests, in the order of their files' names, on the cluster of KUBECONFIG."""

from __future__ import annotations

import os
import sys

import pytest

from local.settings import ROOT


def main() -> None:
    if not os.environ.get("KUBECONFIG"):
        sys.exit(
            "e2e: set KUBECONFIG; the cluster is changed, and what is in its namespaces movie-* is deleted"
        )
    os.environ["E2E"] = "yes"
    options = [str(ROOT / "tests" / "e2e"), "--override-ini=timeout=1500", "-p", "no:randomly", "-v"]
    sys.exit(pytest.main([*options, *sys.argv[1:]]))


if __name__ == "__main__":
    main()
