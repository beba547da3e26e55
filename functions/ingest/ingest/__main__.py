"""`python -m ingest`: the production server, the same in a container as on a laptop."""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from ingest import logs
from ingest.settings import SettingError, load

# An idle connection must outlive the proxy's (75 s and less), or the proxy sends a
# request into a connection that has just been closed.
KEEP_ALIVE_MS = 90_000


def main() -> None:
    """Check the settings, then serve until SIGTERM or SIGINT; requests that run may end."""
    try:
        settings = load()
    except SettingError as error:
        sys.exit(f"ingest: {error}")
    Granian(
        "ingest.main:create_application",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=1,  # the platform scales by pods
        respawn_failed_workers=True,
        blocking_threads=settings.threads,
        http1_settings=HTTP1Settings(header_read_timeout=KEEP_ALIVE_MS, max_buffer_size=64 * 1024),
        websockets=False,
        workers_kill_timeout=settings.shutdown_s,
        log_access=False,
        log_dictconfig=logs.config(settings.log_level),
        log_level=settings.log_level,  # type: ignore[arg-type]
    ).serve()


if __name__ == "__main__":
    main()
