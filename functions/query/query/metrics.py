"""What is counted. Counting is an addition to a dictionary; the text is made when it is asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sized
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0, generate_latest
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0
# Upper ends in seconds; 0.005 is what the service promises.
BUCKETS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
_ENDS = (*(str(end) for end in BUCKETS), "+Inf")
# Asked by the platform, not by callers.
PROBES = ("getLiveness", "getReadiness", "getMetrics")


class Metrics(Collector):
    """Counters of requests and histograms of the time to the first byte; gauges are asked from `gauges`."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, int, str], int] = defaultdict(int)
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * len(_ENDS))
        self._seconds: dict[str, float] = defaultdict(float)
        self._failures = 0
        self.stale_answers = 0
        self.connections: Sized = ()
        self.gauges: list[tuple[str, str, float]] = []
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def observe(self, route: str, status: int, cache: str, seconds: float) -> None:
        """One answer: its operation, status, cache result (hit, miss, none), seconds to the first byte."""
        self._requests[route, status, cache] += 1
        self._buckets[cache][bisect_left(BUCKETS, seconds)] += 1
        self._seconds[cache] += seconds
        if status >= 500 and route not in PROBES:
            self._failures += 1

    def text(self, gauges: Iterable[tuple[str, str, float]]) -> bytes:
        """Prometheus's text format; gauges: name, help and value of each."""
        self.gauges = list(gauges)
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        requests = CounterMetricFamily(
            "query_requests", "Requests answered", labels=["route", "status", "cache"]
        )
        for (route, status, cache), count in sorted(self._requests.items()):
            requests.add_metric([route, str(status), cache], count)
        yield requests
        first_byte = HistogramMetricFamily(
            "query_first_byte_seconds", "From the request to the first byte of the answer", labels=["cache"]
        )
        for cache, counts in sorted(self._buckets.items()):
            ends = list(zip(_ENDS, map(float, accumulate(counts)), strict=True))
            first_byte.add_metric([cache], ends, self._seconds[cache])
        yield first_byte
        # Without labels, so that it is there before the first one: a rate needs a sample from before.
        yield CounterMetricFamily(
            "query_failures", "Answers with a 5xx status, but for probes", self._failures
        )
        yield CounterMetricFamily(
            "query_stale_answers", "Answers from memory that may be behind the database", self.stale_answers
        )
        yield GaugeMetricFamily("query_connections", "Connections of callers", len(self.connections))
        for name, help_, value in self.gauges:
            yield GaugeMetricFamily(name, help_, value)
