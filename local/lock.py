"""`make lock`: compiles every requirements.in to pinned versions with hashes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from local.settings import ROOT

_UV = Path(sys.executable).with_name("uv")
_OPTIONS = [
    "--universal",
    "--python-version",
    "3.10",
    "--generate-hashes",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
]
FUNCTIONS = ("functions/query/requirements", "functions/ingest/requirements")


def compile_to(name: str, *more: str) -> None:
    """Write NAME.txt from NAME.in; what NAME.txt pins already stays unless `make lock UPGRADE=1`."""
    command = [str(_UV), "pip", "compile", "--quiet", *_OPTIONS, "--custom-compile-command", "make lock"]
    subprocess.run([*command, *more, f"{name}.in", "-o", f"{name}.txt"], cwd=ROOT, check=True, timeout=600)


def main() -> None:
    upgrade = ["--upgrade"] if sys.argv[1:] == ["--upgrade"] else []
    for name in FUNCTIONS:
        compile_to(name, *upgrade)
    held = [option for name in FUNCTIONS for option in ("-c", f"{name}.txt")]
    compile_to("requirements-dev", *held, *upgrade)
    for apart in ("tests/bench/requirements", "tests/fuzz/ingest/requirements"):
        compile_to(apart, *upgrade)


if __name__ == "__main__":
    main()
