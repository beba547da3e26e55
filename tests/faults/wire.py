"""The network between callers and a PostgreSQL: HAProxy as a plain TCP proxy.

Killed, it refuses: connections are reset, new ones are not taken. Frozen, it is a network
that loses every packet: nothing is answered, nothing is closed.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from local import processes, programs
from local.errors import StackError
from local.ports import HOST
from tests.support.waiting import wait_until

_CONFIGURATION = """
defaults
    mode tcp
    timeout connect 1s
    retries 0
    timeout client 1h
    timeout server 1h
    maxconn 500
listen wire
    bind {host}:{port}
    server database {host}:{target}
"""


def haproxy() -> str:
    """HAProxy's program. Raises StackError where there is none."""
    found = programs.haproxy()
    if found is None:
        raise StackError("HAProxy is absent (Debian: apt install haproxy)")
    return found


class Wire:
    """Listens at `port` once it leads somewhere; what it needs lies in `folder`."""

    def __init__(self, port: int, folder: Path) -> None:
        folder.mkdir()
        self.port = port
        self._file, self._log = folder / "wire.cfg", folder / "wire.log"
        self._target = 0
        self._process: subprocess.Popen[bytes] | None = None

    def lead_to(self, target: int) -> None:
        """Work, and lead to that port; where it does already, nothing changes."""
        self.mend()
        if self._process is not None and target == self._target:
            return
        self.refuse()
        self._target = target
        self._file.write_text(_CONFIGURATION.format(host=HOST, port=self.port, target=target))
        self._start()

    def drop(self) -> None:
        """Lose every packet from now on."""
        self._signal(signal.SIGSTOP)

    def refuse(self) -> None:
        """Reset what is open, take nothing new."""
        if self._process is not None:
            processes.kill(self._process)
            self._process = None

    def mend(self) -> None:
        """Work again."""
        self._signal(signal.SIGCONT)
        if self._process is None and self._target:
            self._start()

    stop = refuse

    def _start(self) -> None:
        self._process = processes.start([haproxy(), "-db", "-f", self._file], log=self._log)
        wait_until(lambda: f":{self.port:04X} " in _listening(), 10)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, number)


def _listening() -> str:
    """The local addresses of sockets that listen, as Linux tells them."""
    lines = Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
    return " ".join(line.split()[1] + " " for line in lines if line.split()[3] == "0A")
