"""HAProxy before the query processes, set to do what Knative's gateway (Kourier, which is Envoy) does.

A connection that cannot be made is tried again elsewhere; a request that was sent is never
sent twice. A process that its readiness probe finds unready, or that refuses connections,
gets no traffic; nor does one that is told to end, from that moment on, as endpoints are
taken out there. Round robin, keep-alive on both sides.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from local import processes
from local.errors import StackError
from local.ports import HOST, free_port
from tests.faults.wire import haproxy
from tests.support.waiting import wait_for_http

_CONFIGURATION = """
global
    maxconn 4000
    stats socket {socket} mode 600 level admin
defaults
    mode http
    timeout connect 100ms
    timeout client 90s
    timeout server 60s
    timeout http-request 10s
    timeout check 1s
    retries 3
    retry-on conn-failure
    option redispatch 1
listen gateway
    bind {host}:{port}
    balance roundrobin
    option httpchk GET /health/readiness
    default-server check inter 500ms fall 2 rise 1 on-error mark-down observe layer4 error-limit 1
"""


class Gateway:
    """Listens at `port`; spreads requests over `ports`, which may not answer yet."""

    def __init__(self, ports: Sequence[int], folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._file, self._log = folder / "gateway.cfg", folder / "gateway.log"
        self._socket = folder / "gateway.sock"
        text = _CONFIGURATION.format(host=HOST, port=self.port, socket=self._socket)
        text += "".join(f"    server query-{port} {HOST}:{port}\n" for port in ports)
        self._file.write_text(text)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = processes.start([haproxy(), "-db", "-f", self._file], log=self._log)
        wait_for_http(f"{self.url}/health/readiness", self._process, self._log)

    @property
    def pid(self) -> int:
        """Of its process. Raises StackError before it has started."""
        if self._process is None:
            raise StackError("the gateway has not started")
        return self._process.pid

    def take_out(self, port: int) -> None:
        """Send nothing more to a process that is about to end."""
        self._tell(f"set server gateway/query-{port} state drain")

    def put_back(self, port: int) -> None:
        """Send requests to it again, once it is ready."""
        self._tell(f"set server gateway/query-{port} state ready")

    def _tell(self, command: str) -> None:
        with closing(socket.socket(socket.AF_UNIX)) as runtime:
            runtime.settimeout(5)
            runtime.connect(str(self._socket))
            runtime.sendall(f"{command}\n".encode())
            answer = runtime.recv(4096).strip()
            if answer:
                raise StackError(f"HAProxy: {answer.decode()}")

    def stop(self) -> None:
        if self._process is not None:
            processes.kill(self._process)
