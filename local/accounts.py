"""Who runs PostgreSQL, and where: it refuses to run as root."""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local.errors import StackError

# Survives a restart of the machine, unlike /tmp, and everyone may pass through it.
_PASSABLE = Path("/var/tmp")  # noqa: S108  # nosec B108


@dataclass(frozen=True)
class Account:
    """A user of the operating system that a child process becomes."""

    uid: int
    gid: int


def service_account() -> Account | None:
    """The account for PostgreSQL: none needed for an ordinary user, `postgres` or `nobody` for root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise StackError("running as root, and there is no user `postgres` or `nobody` to run PostgreSQL as")


def run_as(account: Account | None, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a short program as the account, and return what it printed and its exit code."""
    return subprocess.run(
        command,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )


def reachable(folder: Path, account: Account) -> bool:
    """Whether the account can get to the folder through all that is above it."""
    return run_as(account, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]).returncode == 0


def home_for(state: Path, account: Account | None) -> Path:
    """The folder for what `account` must reach: `state`, or a stand-in where a folder above is closed to it.

    Below /root, or a folder of mode 0700, no other user can open a file,
    whoever owns it. The stand-in is named after `state`, which gets a link to it.
    """
    state.mkdir(parents=True, exist_ok=True)
    state = state.resolve()
    if account is None or reachable(state, account):
        return state
    name = hashlib.sha256(str(state).encode()).hexdigest()[:12]
    stand_in = _PASSABLE / f"movie-data-api-{name}"
    stand_in.mkdir(mode=0o711, exist_ok=True)
    found = stand_in.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise StackError(f"{stand_in} exists and is not ours; remove it")
    link = state / "elsewhere"
    if not link.is_symlink():
        link.symlink_to(stand_in)
    return stand_in


def give(folder: Path, account: Account | None) -> None:
    """Make a folder that only the account (or we, where there is none) may open."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
