"""The bench's own virtual environment: what the peers need may not fit what the project pins."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from tests.bench.settings import STATE

FOLDER = STATE / "bench-venv"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def python() -> Path:
    """Its interpreter, after making or renewing the environment where need be."""
    interpreter, mark = FOLDER / "bin" / "python", FOLDER / "requirements.sha256"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if interpreter.exists() and mark.exists() and mark.read_text() == wanted:
        return interpreter
    print("bench: installing the peers into .local/bench-venv", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True, timeout=120)
    install: list[str | Path] = [
        interpreter,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
    ]
    install += ["--require-hashes", "--only-binary", ":all:", "--requirement", REQUIREMENTS]
    if subprocess.run(install, check=False, timeout=600).returncode != 0:
        raise SystemExit("bench: the peers cannot be installed; see pip's message above")
    mark.write_text(wanted)
    return interpreter
