"""A PostgreSQL primary and its streaming standby, and the little of an operator that a failover needs.

What CloudNativePG does on a cluster the tests do here by hand: promote the standby, make a
new one of what is left, and let commits wait for a standby only while there is one
(`dataDurability: preferred`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from contextlib import closing
from pathlib import Path

import psycopg2

from local import accounts, processes, roles, servers
from local.errors import StackError
from local.migrate import migrate
from local.ports import HOST, free_port
from local.postgres import Postgres
from tests.faults.wire import Wire
from tests.support.memory import children
from tests.support.waiting import wait_until

SETTINGS = {
    "shared_buffers": "64MB",
    "hot_standby_feedback": "on",
    "client_connection_check_interval": "1s",
    "wal_receiver_status_interval": "1s",
}


class Node(Postgres):
    """One server."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder = folder / f"postgres-{number}"
        self.folder.mkdir(mode=0o711)
        passwords = folder / "passwords.json"
        roles.load_passwords(passwords)
        shutil.copy(passwords, self.folder)
        super().__init__(self.folder, free_port(), SETTINGS)

    @property
    def data(self) -> Path:
        """The folder of its data."""
        return self._data

    def follow(self, primary: Node) -> None:
        """Become a standby of the primary, from a fresh copy of its data."""
        self._server = servers.find(self._home, self._account)
        accounts.give(self._data.parent, self._account)
        shutil.rmtree(self._data, ignore_errors=True)
        source = f"{primary.url(roles.SUPERUSER, 'replication')}?application_name=standby"
        command = [str(self.server.bin / "pg_basebackup"), "--pgdata", str(self._data), "--dbname", source]
        command += ["--checkpoint", "fast", "--write-recovery-conf", "--no-sync"]
        process = processes.start(command, log=self.log, account=self._account, folder=Path("/"))
        if process.wait(60) != 0:
            raise StackError(f"pg_basebackup failed:\n{processes.last_lines(self.log)}")
        self._launch(60)

    def run_again(self) -> None:
        """Start it on the data that it has."""
        self.stop_left_over()
        self._launch(60)

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement as the superuser, in no transaction; its rows, if it has any."""
        url = self.url(roles.SUPERUSER)
        with closing(psycopg2.connect(url, connect_timeout=5)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

    def freeze(self) -> None:
        """Stop every process of it in the middle of whatever it does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        # Each backend is a session of its own: the group of the postmaster does not hold them.
        postmaster = self.process.pid
        for pid in (postmaster, *children(postmaster)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None


class Pair:
    """Two nodes, `primary` takes writes, `standby` follows it; and the wires that lead callers to them.

    As a Service does on a cluster, `rw` leads to the primary, whichever node that is, `ro` to the standby.
    """

    def __init__(self, folder: Path) -> None:
        self.primary, self.standby = Node(folder, 0), Node(folder, 1)
        self.rw = Wire(free_port(), folder / "rw")
        self.ro = Wire(free_port(), folder / "ro")

    def start(self) -> None:
        """Make the primary, its schema and the standby."""
        self.primary.start()
        migrate(self.primary.url("app"))
        self.standby.follow(self.primary)
        self.wait_for_standby()
        self._connect()

    def _connect(self) -> None:
        self.rw.lead_to(self.primary.port)
        self.ro.lead_to(self.standby.port)

    @property
    def url_of_ingest(self) -> str:
        return self._url("movie_ingest", self.rw)

    @property
    def url_of_query(self) -> str:
        return self._url("movie_query", self.ro, self.rw) + "?target_session_attrs=prefer-standby"

    def _url(self, role: str, *wires: Wire) -> str:
        secret = self.primary.url(role).partition("@")[0]
        return f"{secret}@{','.join(f'{HOST}:{wire.port}' for wire in wires)}/{roles.DATABASE}"

    def promote(self) -> None:
        """Let the standby take over, alone. Readers that have a connection to it keep it, as on a cluster."""
        self.primary, self.standby = self.standby, self.primary
        self.primary.execute("SELECT pg_promote()")
        self.wait_for_no_standby()
        self.rw.lead_to(self.primary.port)

    def wait_for_no_standby(self) -> None:
        """Commits wait for nobody from now on."""
        self.primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.primary.execute("SELECT pg_reload_conf()")

    def make_whole(self) -> None:
        """A primary and a standby that follows it, whatever a fault has left."""
        if not self.primary.is_running:
            self.primary.run_again()
        if not self.standby.is_running:
            self.standby.follow(self.primary)
        self.wait_for_standby()
        self._connect()

    def wait_for_standby(self) -> None:
        """Return once the standby has all that the primary has; commits wait for it from then on."""
        self.primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.primary.execute("SELECT pg_reload_conf()")
        behind = "SELECT 1 FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()"
        wait_until(lambda: self.primary.execute(behind), 30)

    def stop(self) -> None:
        self.rw.stop()
        self.ro.stop()
        for node in (self.standby, self.primary):
            if node.is_running:
                node.thaw()
            node.stop()
