"""`python -m query`: the production server, the same in a container as on a laptop; with `--keep` as a pod has it."""

from __future__ import annotations

import argparse
import logging.config
import sys

import uvloop

from query.keeper import keep
from query.logs import CONFIGURATION
from query.server import Server, listen
from query.settings import SettingError, Settings


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="query", description="Answers reads; settings are in the environment."
    )
    parser.add_argument(
        "--keep", action="store_true", help="start the server again at once when a signal kills it"
    )
    keeps = parser.parse_args().keep
    try:
        settings = Settings.from_environment()
    except SettingError as error:
        sys.exit(f"query: {error}")
    logging.config.dictConfig(CONFIGURATION)
    try:
        listening = listen(settings.host, settings.port)
    except OSError as error:
        sys.exit(f"query: port {settings.port} cannot be had ({error.strerror}); PORT names another")
    if keeps:
        keep(listening)
    uvloop.new_event_loop().run_until_complete(Server(settings).run(listening))


if __name__ == "__main__":
    main()
