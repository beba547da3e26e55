"""Says what optional things this machine lacks, before the tests that would use them are left out."""

from __future__ import annotations

import os
import shutil

from local.settings import ROOT

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    if not any(shutil.which(name) for name in _BROWSERS):
        print("Chromium is absent: tests in a browser are left out (Debian: apt install chromium)")
    if not shutil.which("go"):
        print(
            "Go is absent: manifests are not checked against the operators' schemas (Debian: apt install golang-go)"
        )
    if not shutil.which("haproxy", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin"):
        print("HAProxy is absent: faults of a whole system are left out (Debian: apt install haproxy)")
    if not list((ROOT.parent / "shared" / "data").glob("*.json")):
        print("../shared/data is absent: the sample in tests/data is used instead of the data set")


if __name__ == "__main__":
    main()
