"""Makes the virtual environment that everything else runs in; a fast no-op where it is up to date.

Run by whatever Python the machine has, so it needs nothing installed. uv takes
6 s for what takes pip 47 s; pip, with the same hashes, is the fallback.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements-dev.txt"
VENV = ROOT / ".venv"
OLDEST = (3, 10)


def main() -> None:
    if sys.version_info < OLDEST:
        use_newer_python()
    # Two make targets may start at once in a fresh clone.
    (ROOT / ".local").mkdir(exist_ok=True)
    with (ROOT / ".local" / "venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = VENV / "installed"
        wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
        if mark.exists() and mark.read_text() == wanted and (VENV / "bin" / "python").exists():
            return
        print("installing the pinned dependencies into .venv", flush=True)
        mark.unlink(missing_ok=True)
        create()
        install()
        mark.write_text(wanted)


def use_newer_python() -> None:
    """Become the newest Python found on PATH."""
    for minor in range(20, 9, -1):
        found = shutil.which("python3.%d" % minor)  # noqa: UP031 - read by old Pythons too
        if found:
            os.execv(found, [found, __file__])  # noqa: S606 - no shell wanted
    sys.exit("Python 3.10 or newer is needed; set PYTHON to where it is")


def create() -> None:
    """Create the environment, or renew one whose Python went away or is another version."""
    builder = venv.EnvBuilder(with_pip=True, clear=not usable(), symlinks=True)
    try:
        builder.create(VENV)
    except subprocess.CalledProcessError:
        sys.exit("the virtual environment cannot be made; on Debian and Ubuntu: apt install python3-venv")


def usable() -> bool:
    """Whether there is an environment of this very Python version."""
    try:
        version = subprocess.run(
            [VENV / "bin" / "python", "-c", "import sys; print(sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return version.stdout.strip() == str(sys.version_info[:2])


def install() -> None:
    python = str(VENV / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    pinned = re.search(r"^uv==[^\n]*\n(?: {4}--hash[^\n]*\n)+", REQUIREMENTS.read_text() + "\n", re.MULTILINE)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(pinned.group() if pinned else "")
        only_uv.flush()
        with_uv = pinned is not None and run([*pip, "--requirement", only_uv.name])
    uv = [str(VENV / "bin" / "uv"), "pip", "sync", "--quiet", "--python", python, "--require-hashes"]
    if with_uv and run([*uv, str(REQUIREMENTS)]):
        return
    if not run([*pip, "--requirement", str(REQUIREMENTS)]):
        sys.exit("the dependencies cannot be installed: is the network away?")


def run(command: "list[str]") -> bool:
    return subprocess.run(command, check=False, timeout=900).returncode == 0


if __name__ == "__main__":
    main()
