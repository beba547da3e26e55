"""PingSource: asks for a comparison of bucket and ledger at an interval."""

from __future__ import annotations

import threading

from local.road.broker import Broker
from local.road.event import RECONCILE, Event

SOURCE = "dev.movies.road"


def run(broker: Broker, stopping: threading.Event, interval_s: int) -> None:
    """Send the event every `interval_s` seconds until told to stop."""
    while not stopping.wait(interval_s):
        broker.deliver(Event(RECONCILE, SOURCE, b"{}"))
