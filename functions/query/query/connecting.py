"""Finding the database: the hosts of DATABASE_URL, each tried with a deadline of its own.

libpq's blocking connect would do all of this and stop the event loop meanwhile;
its non-blocking connect resolves names in the calling thread and has no time
limit for one host. So names are resolved beside the loop, and each address is an
attempt of its own, in libpq's order: with target_session_attrs=prefer-standby
every host is asked for a standby first, and only then for anything.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from psycopg2.extensions import parse_dsn

from query.errors import DatabaseAway
from query.session import Session

CONNECT_SECONDS_MAX = 2.0
RESOLVE_SECONDS_MAX = 1.0
# What makes the planner walk an index in the order of the page and stop at its
# end, for the first page of a small table as for the last one of a large table:
# plans are made once for all values, and no plan that reads everything is taken.
SESSION_OPTIONS = {
    "default_transaction_read_only": "on",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_hashagg": "on",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "idle_in_transaction_session_timeout": "5000",
}


def as_options(settings: Mapping[str, str]) -> str:
    """Settings of a session as libpq's parameter `options`."""
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


class Connector:
    """Opens sessions; one for each process."""

    def __init__(self, dsn: str, statement_ms_max: int) -> None:
        self._parameters = dict(parse_dsn(dsn))
        options = {**SESSION_OPTIONS, "statement_timeout": str(statement_ms_max)}
        self._parameters.update(
            application_name="movie-query",
            keepalives_idle="5",
            keepalives_interval="2",
            keepalives_count="2",
            tcp_user_timeout="5000",
            options=as_options(options),
        )
        # One thread: a resolver that hangs holds up the next lookup, never the loop.
        self._resolver = ThreadPoolExecutor(1, thread_name_prefix="resolver")
        self._known: dict[str, list[str]] = {}

    async def connect(self) -> Session:
        """A session with the best of the hosts that answer. Raises DatabaseAway."""
        wanted = self._parameters.get("target_session_attrs", "any")
        for attributes in ("standby", "any") if wanted == "prefer-standby" else (wanted,):
            async for host in self._hosts():
                try:
                    parameters = {**self._parameters, **host, "target_session_attrs": attributes}
                    return await Session.open(parameters, CONNECT_SECONDS_MAX)
                except DatabaseAway:
                    continue
        raise DatabaseAway

    async def _hosts(self) -> AsyncIterator[Mapping[str, str]]:
        """The parameters that name one address, for each address of each host."""
        hosts = self._parameters.get("host", "").split(",")
        ports = self._parameters.get("port", "").split(",")
        addresses = self._parameters.get("hostaddr", "").split(",")
        for place, host in enumerate(hosts):
            port = ports[place if len(ports) == len(hosts) else 0]
            named = {name: value for name, value in (("host", host), ("port", port)) if value}
            if not host or host.startswith("/"):
                yield named  # a socket on this machine, or what libpq takes by default
            elif len(addresses) == len(hosts) and addresses[place]:
                yield {**named, "hostaddr": addresses[place]}
            else:
                for address in await self._resolve(host):
                    yield {**named, "hostaddr": address}  # host stays: certificates are checked against it

    async def _resolve(self, host: str) -> list[str]:
        """The addresses of a name; those known before, where the resolver is away."""
        lookup = asyncio.get_running_loop().run_in_executor(self._resolver, _addresses, host)
        await asyncio.wait([lookup], timeout=RESOLVE_SECONDS_MAX)
        if not lookup.done():
            lookup.cancel()
        elif addresses := lookup.result():
            self._known[host] = addresses
        return self._known.get(host, [])

    def close(self) -> None:
        self._resolver.shutdown(wait=False, cancel_futures=True)


def _addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
