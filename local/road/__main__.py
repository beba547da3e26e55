"""`python -m local.road`: runs until SIGTERM or SIGINT, then lets what is under way end."""

from __future__ import annotations

import os
import signal
import sys
import threading

from local.road import ingress, ping
from local.road.broker import Broker
from local.road.settings import load
from local.road.source import Source
from local.settings import SettingError


def main() -> None:
    try:
        settings = load(os.environ)
    except SettingError as error:
        sys.exit(f"road: {error}")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    broker = Broker(settings, stopping)
    source = Source(settings, broker, stopping)
    server = ingress.serve(broker, settings.port)
    # Daemons: a poll that is under way may be left, its messages come back.
    threading.Thread(target=source.run, name="poll", daemon=True).start()
    if settings.reconcile_s:
        arguments = (broker, stopping, settings.reconcile_s)
        threading.Thread(target=ping.run, args=arguments, name="ping", daemon=True).start()
    print(f"from {settings.queue_url} and port {server.server_port} to {settings.sink}", flush=True)
    stopping.wait()
    server.shutdown()
    source.close()


if __name__ == "__main__":
    main()
