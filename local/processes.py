"""Child processes that are easy to stop and cannot outlive us."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.accounts import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _stop_with_parent() -> None:
    """Ask Linux for a SIGTERM when our parent dies, even by SIGKILL; elsewhere nothing to do."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def start(
    arguments: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that a Ctrl-C at the terminal reaches only us.

    What it prints is added to `log`. Call it from the main thread: Linux ties
    the end of the child to the end of the thread that started it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(os.environ if environment is None else environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=_stop_with_parent,  # noqa: PLW1509 - it makes one system call, no more
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def stop(
    process: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, timeout_s: float = 30
) -> int:
    """End a program and all it started: politely, then after `timeout_s` by force. Returns its exit code."""
    if process.poll() is None:
        process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout_s)
    return kill(process)


def kill(process: subprocess.Popen[bytes]) -> int:
    """End a program and all it started, at once and without warning."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait(10)


def alive(pid: int) -> bool:
    """Whether a process with this number exists, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_of(pid: int) -> str:
    """The command line of a running process; empty when there is none."""
    done = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False, timeout=10
    )
    return done.stdout.strip()


def wait_until_gone(pid: int, timeout_s: float) -> bool:
    """Wait for a process that is not our child to end."""
    end = time.monotonic() + timeout_s
    while alive(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log file, for a message about why a part stopped."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16 * 1024))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-count:])
