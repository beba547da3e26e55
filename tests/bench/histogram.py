"""Latencies in buckets one percent wide: bounded in memory, however many are recorded."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

_STEP = math.log(1.01)


class Histogram:
    """Counts by bucket; bucket n holds latencies up to 1.01 ** n microseconds."""

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts: Counter[int] = Counter(counts or {})

    def record(self, seconds: float) -> None:
        """Add one latency."""
        self.counts[math.ceil(math.log(max(seconds * 1e6, 1.0)) / _STEP)] += 1

    def add(self, other: Histogram) -> None:
        """Add all that another one holds."""
        self.counts.update(other.counts)

    @property
    def total(self) -> int:
        """How many latencies were recorded."""
        return sum(self.counts.values())

    def quantile(self, share: float) -> float:
        """Seconds that `share` of all latencies did not exceed (the upper edge of the bucket); nan when empty."""
        rank = max(1, math.ceil(share * self.total))
        seen = 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= rank:
                return math.exp(bucket * _STEP) / 1e6
        return math.nan
