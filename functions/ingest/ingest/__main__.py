"""`python -m ingest`: the production server, the same in a container as on a laptop."""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from ingest.settings import SettingError, load


def main() -> None:
    try:
        settings = load()
    except SettingError as error:
        sys.exit(f"ingest: {error}")
    Granian(
        "ingest.main:create_application",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,  # the platform scales by pods
        blocking_threads=settings.threads,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
