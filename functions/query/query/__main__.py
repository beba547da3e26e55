"""`python -m query`: the production server, the same in a container as on a laptop."""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings

from query import logs
from query.settings import SettingError, Settings


def main() -> None:
    try:
        settings = Settings.from_environment()
    except SettingError as error:
        sys.exit(f"query: {error}")
    Granian(
        "query.application:create",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        runtime_mode=RuntimeModes.st,
        workers=1,  # the platform scales by pods; one process has one cache
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_dictconfig=logs.CONFIGURATION,
    ).serve()


if __name__ == "__main__":
    main()
