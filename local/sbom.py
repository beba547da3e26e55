"""`make sbom`: what each function brings along, as CycloneDX documents in .local/sbom.

NAME.pinned.json lists all that its requirements.txt may install on any machine, with the hashes of
the archives; NAME.installed.json what that gives on this machine, and so in an image made here,
with licences and what needs what. The base image's own packages are in neither.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from local.settings import ROOT

FOLDER = ROOT / ".local" / "sbom"
_PYTHON = Path(sys.executable)
# It warns that nothing is named as the root of the graph: that is the function, which is no package.
_CYCLONEDX = (str(_PYTHON), "-W", "ignore", "-m", "cyclonedx_py")
_OPTIONS = ("--output-reproducible", "--output-file")


def write(function: str, folder: Path) -> tuple[Path, Path]:
    """The two documents of a function. Raises CalledProcessError where its dependencies cannot be installed."""
    requirements = str(ROOT / "functions" / function / "requirements.txt")
    pinned, installed = (folder / f"{function}.{kind}.json" for kind in ("pinned", "installed"))
    _run(*_CYCLONEDX, "requirements", requirements, *_OPTIONS, str(pinned))
    with tempfile.TemporaryDirectory() as name:
        uv, environment = str(_PYTHON.with_name("uv")), f"{name}/venv"
        _run(uv, "venv", "--quiet", "--python", str(_PYTHON), environment)
        _run(uv, "pip", "sync", "--quiet", "--python", environment, "--require-hashes", requirements)
        _run(*_CYCLONEDX, "environment", environment, *_OPTIONS, str(installed))
    return pinned, installed


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=600)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for function in ("query", "ingest"):
        print(*write(function, FOLDER), sep="\n")


if __name__ == "__main__":
    main()
