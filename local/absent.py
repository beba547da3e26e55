"""Says what optional things this machine lacks, before the tests that would use them are left out."""

from __future__ import annotations

import shutil

from local import programs
from local.settings import ROOT


def main() -> None:
    if not programs.chromium():
        print("Chromium is absent: tests in a browser are left out (Debian: apt install chromium)")
    if not shutil.which("go"):
        print(
            "Go is absent: manifests are not checked against the operators' schemas (Debian: apt install golang-go)"
        )
    if not programs.haproxy():
        print("HAProxy is absent: faults of a whole system are left out (Debian: apt install haproxy)")
    if not list((ROOT.parent / "shared" / "data").glob("*.json")):
        print("../shared/data is absent: the sample in tests/data is used instead of the data set")


if __name__ == "__main__":
    main()
