"""One PostgreSQL of our own: made, started, stopped, killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg2

from local import accounts, processes, roles, servers
from local.errors import PartStopped, StackError

_RETRY_AFTER_CRASH_S = 20


class Postgres:
    """A server with the database `movie` and its roles, whose state lies in `folder`.

    It listens on 127.0.0.1 only and asks for passwords (scram-sha-256).
    """

    def __init__(self, folder: Path, port: int, settings: Mapping[str, str] | None = None) -> None:
        self.port = port
        self.log = folder / "postgres.log"
        self._settings = dict(settings or {})
        self._account = accounts.service_account()
        self._home = accounts.home_for(folder, self._account)
        self._data = self._home / "postgres" / "data"
        self._passwords = roles.load_passwords(folder / "passwords.json")
        self._process: subprocess.Popen[bytes] | None = None
        self._server: servers.Server | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The postmaster, while it runs or after it ended by itself."""
        if self._process is None:
            raise StackError("PostgreSQL was not started")
        return self._process

    @property
    def server(self) -> servers.Server:
        """The installation that runs it, once it was started."""
        if self._server is None:
            raise StackError("PostgreSQL was not started yet")
        return self._server

    def url(self, role: str, database: str = roles.DATABASE) -> str:
        """The connection string of a role: `app`, `movie_ingest`, `movie_query` or `postgres`."""
        return f"postgresql://{role}:{self._passwords[role]}@127.0.0.1:{self.port}/{database}"

    def start(self, timeout_s: float = 60) -> None:
        """Start the server, after making its data folder if need be; return when it answers."""
        kept = self._data / "PG_VERSION"
        self._server = servers.find(
            self._home, self._account, int(kept.read_text()) if kept.exists() else None
        )
        if not kept.exists():
            self._make_data()
        self.stop_left_over()
        self._launch(timeout_s)
        superuser = self.url(roles.SUPERUSER, "postgres")
        roles.create_roles(superuser, self._passwords)
        if roles.create_database(superuser):
            roles.give_schema(self.url(roles.SUPERUSER))

    def stop(self) -> None:
        """Stop it; clients are disconnected, nothing is lost."""
        if self._process is not None:
            processes.stop(self._process, by=signal.SIGINT)
            self._process = None

    def kill(self) -> None:
        """Kill it and its children as a crash of the machine would."""
        if self._process is not None:
            processes.kill(self._process)
            self._process = None

    def _make_data(self) -> None:
        """Run initdb in a folder beside, so that one that was interrupted leaves nothing half made."""
        outer, fresh = self._data.parent, self._data.with_name("data.new")
        accounts.give(outer, self._account)
        shutil.rmtree(fresh, ignore_errors=True)
        password = outer / "password"
        password.write_text(self._passwords[roles.SUPERUSER])
        if self._account is not None:
            os.chown(password, self._account.uid, self._account.gid)
        password.chmod(0o600)
        command = [str(self.server.bin / "initdb"), "--pgdata", str(fresh), "--username", roles.SUPERUSER]
        command += [
            "--pwfile",
            str(password),
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
        ]
        if self.server.major >= 17:
            command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        else:
            command += ["--lc-ctype", "UTF-8" if sys.platform == "darwin" else "C.UTF-8"]
        process = processes.start(command, log=self.log, account=self._account, folder=Path("/"))
        try:
            code = process.wait(120)
        finally:
            processes.kill(process)
            password.unlink()
        if code != 0:
            raise StackError(f"initdb failed:\n{processes.last_lines(self.log)}")
        fresh.rename(self._data)

    def stop_left_over(self) -> None:
        """Deal with postmaster.pid of a run that did not end well.

        A server that was left behind is stopped. A number that now belongs to
        some other program (usual after a restart of a container) is forgotten:
        PostgreSQL would take it for a running server and refuse to start.
        """
        file = self._data / "postmaster.pid"
        try:
            pid = int(file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if not processes.alive(pid):
            return
        if str(self._data) not in processes.command_of(pid):
            file.unlink()
            return
        os.kill(pid, signal.SIGINT)
        if not processes.wait_until_gone(pid, 30):
            raise StackError(f"PostgreSQL of an earlier run (process {pid}) does not stop")

    def _launch(self, timeout_s: float) -> None:
        """Start the postmaster and wait until it answers.

        Children of a killed one may hold its shared memory for a moment, so
        that the first try fails; hence some more.
        """
        end = time.monotonic() + min(timeout_s, _RETRY_AFTER_CRASH_S)
        while not self._launched(timeout_s):
            if time.monotonic() > end:
                raise PartStopped(f"PostgreSQL did not start:\n{processes.last_lines(self.log)}")
            time.sleep(0.5)

    def _launched(self, timeout_s: float) -> bool:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "60",
            **self._settings,
        }
        command: list[str | Path] = [self.server.bin / "postgres", "-D", self._data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        process = processes.start(command, log=self.log, account=self._account, folder=Path("/"))
        end = time.monotonic() + timeout_s
        while process.poll() is None:
            if self._answers():
                self._process = process
                return True
            if time.monotonic() > end:
                processes.kill(process)
                raise PartStopped(f"PostgreSQL does not answer:\n{processes.last_lines(self.log)}")
            time.sleep(0.05)
        return False

    def _answers(self) -> bool:
        try:
            with closing(psycopg2.connect(self.url(roles.SUPERUSER, "postgres"), connect_timeout=5)):
                return True
        except psycopg2.OperationalError:
            return False
