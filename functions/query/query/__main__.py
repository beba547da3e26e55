"""`python -m query`: the production server, the same on a laptop as in a pod, which has it with `--keep` and `--spare`."""

from __future__ import annotations

import argparse
import logging.config
import socket
import sys

import uvloop

from query.handover import First, Spare
from query.keeper import keep, stand_by
from query.logs import CONFIGURATION
from query.server import Server, listen
from query.settings import SettingError, Settings


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="query", description="Answers reads; settings are in the environment."
    )
    pod = parser.add_mutually_exclusive_group()
    pod.add_argument(
        "--keep", action="store_true", help="start the server again at once when a signal kills it"
    )
    pod.add_argument(
        "--spare", action="store_true", help="serve while the pod's container with --keep is away"
    )
    given = parser.parse_args()
    try:
        settings = Settings.from_environment()
    except SettingError as error:
        sys.exit(f"query: {error}")
    logging.config.dictConfig(CONFIGURATION)
    uvloop.new_event_loop().run_until_complete(Server(settings).run(_socket(settings, given)))


def _socket(settings: Settings, given: argparse.Namespace) -> socket.socket:
    """Where callers come; with --keep and --spare in a child of this process, which is to serve."""
    try:
        if given.spare:
            first = First(settings.port)
        else:
            spare = Spare(settings.port)
            listening = (given.keep and spare.take()) or listen(settings.host, settings.port)
    except OSError as error:
        sys.exit(f"query: port {settings.port} cannot be had ({error.strerror}); PORT names another")
    if given.spare:
        return stand_by(first)
    if given.keep:
        keep(listening, spare)
    return listening


if __name__ == "__main__":
    main()
