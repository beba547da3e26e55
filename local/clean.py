"""`make clean`: removes what the other targets made. Run by whatever Python the machine has."""

import fcntl
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".schemathesis")


def main() -> None:
    state = ROOT / ".local"
    if (state / "lock").exists():
        with (state / "lock").open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sys.exit("clean: the stack is running; stop it first")
    # Where PostgreSQL could not be reached below the checkout (see local/accounts.py).
    elsewhere = state / "elsewhere"
    if elsewhere.is_symlink():
        shutil.rmtree(elsewhere.resolve(), ignore_errors=True)
    for name in (".local", ".venv", *CACHES):
        shutil.rmtree(ROOT / name, ignore_errors=True)


if __name__ == "__main__":
    main()
