"""Counters of this process, as Prometheus reads them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0, generate_latest

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0
disable_created_metrics()  # type: ignore[no-untyped-call]  # when each counter began: nobody asks


class Metrics:
    """One set of counters; safe for any number of threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.changes = self._counter(
            "ingest_changes_total", "Changes of keys handled, by what became of them.", "state"
        )
        self.refusals = self._counter(
            "ingest_refusals_total", "Changes that raised an error, by its kind.", "kind"
        )
        self.records = self._counter(
            "ingest_records_total", "Records of published files, by what became of them.", "became"
        )
        self.dead_letters = self._counter(
            "ingest_dead_letters_total", "Events that the Broker gave up, by the last answer's code.", "code"
        )
        self.seconds = self._counter("ingest_seconds_total", "Time spent on changes.")

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self.registry)
