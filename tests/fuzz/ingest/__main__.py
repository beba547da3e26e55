"""`make fuzz SECONDS=600`: each target in a process of its own for this long; what it finds is kept in .local/fuzz."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from local.settings import ROOT

TARGETS = ("file", "event")
STATE = ROOT / ".local" / "fuzz"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def main() -> None:
    seconds = os.environ.get("SECONDS", "600")
    if not seconds.isdigit() or not 1 <= int(seconds) <= 86_400:
        sys.exit(f"fuzz: SECONDS must be a whole number from 1 to 86400, not {seconds[:40]!r}")
    packages = STATE / "packages"
    if not (packages / "atheris").exists():
        _install(packages)
    path = os.pathsep.join([str(ROOT), str(ROOT / "functions" / "ingest"), str(packages)])
    for target in TARGETS:
        corpus, found = STATE / "corpus" / target, STATE / "found" / target
        for folder in (corpus, found):
            folder.mkdir(parents=True, exist_ok=True)
        program = [sys.executable, "-m", f"tests.fuzz.ingest.{target}_target", str(corpus)]
        limits = [f"-max_total_time={seconds}", "-max_len=65536", "-timeout=25", f"-artifact_prefix={found}/"]
        done = subprocess.run([*program, *limits], env={**os.environ, "PYTHONPATH": path}, check=False)
        if done.returncode != 0:
            sys.exit(f"fuzz: the {target} target failed; the input is in {found}")


def _install(packages: Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary", ":all:", "--target", str(packages)]
    done = subprocess.run([*command, "--requirement", str(REQUIREMENTS)], check=False, timeout=600)
    if done.returncode != 0:
        version = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"fuzz: atheris cannot be installed for Python {version}; it has wheels for 3.11 to 3.13 on Linux"
        )


if __name__ == "__main__":
    main()
