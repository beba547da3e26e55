"""The state folder: who uses it, what is kept in it, and how other programs find the running stack."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import StackError


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Keep a second stack away from the folder; the lock ends with the process, however that ends."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(
                f"the stack is running already with its state in {state}: stop it, or set LOCAL_STATE"
            ) from None
        yield


def token(state: Path) -> str:
    """The bearer token of ingest's writing routes, made once."""
    file = state / "ingest-token"
    if not file.exists():
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            output.write(secrets.token_urlsafe(24))
    return file.read_text().strip()


def publish(state: Path, environment: dict[str, str]) -> None:
    """Tell `make upload` and the like where the running stack is."""
    fresh = state / "running.new"
    fresh.write_text(json.dumps(environment, indent=1))
    fresh.replace(state / "running.json")


def withdraw(state: Path) -> None:
    """The stack runs no more."""
    (state / "running.json").unlink(missing_ok=True)


def running(state: Path) -> dict[str, str]:
    """The variables that lead to the running stack; empty when none runs."""
    try:
        with (state / "lock").open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    except OSError:
        return {}
    else:
        return {}
    try:
        found: dict[str, str] = json.loads((state / "running.json").read_text())
    except (OSError, ValueError):
        return {}
    return found
