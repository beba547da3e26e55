"""`python -m query`: the production server, the same in a container as on a laptop."""

from __future__ import annotations

import logging.config
import sys

import uvloop

from query.logs import CONFIGURATION
from query.server import Server
from query.settings import SettingError, Settings


def main() -> None:
    try:
        settings = Settings.from_environment()
    except SettingError as error:
        sys.exit(f"query: {error}")
    logging.config.dictConfig(CONFIGURATION)
    loop = uvloop.new_event_loop()
    try:
        loop.run_until_complete(_serve(settings))
    except OSError as error:
        sys.exit(f"query: port {settings.port} cannot be had ({error.strerror}); PORT names another")


async def _serve(settings: Settings) -> None:
    await Server(settings).run()


if __name__ == "__main__":
    main()
