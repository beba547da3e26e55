"""What the environment says to the road, parsed once and strictly at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from local.settings import SettingError, text, urls, whole


@dataclass(frozen=True)
class RoadSettings:
    """Defaults are those that were measured on a cluster."""

    port: int  # where the Broker takes events
    queue_url: str
    sink: str  # where the Trigger delivers: the ingest function
    subscribers: tuple[str, ...]  # who else is given reply events
    dead_letters: str  # a file, one event a line
    dead_letter_sink: str  # an URL; empty: the file alone
    at_once_max: int
    visibility_s: int
    wait_s: int
    retries: int
    backoff_ms: int
    answer_s_max: int
    reconcile_s: int  # 0: never


def load(environment: Mapping[str, str]) -> RoadSettings:
    """Read every setting; raise SettingError for the first that cannot be used."""
    sink = urls(environment, "ROAD_SINK", "")
    if len(sink) != 1:
        raise SettingError("ROAD_SINK must be the URL of the ingest function")
    return RoadSettings(
        port=whole(environment, "ROAD_PORT", 0, 0, 65_535),
        queue_url=text(environment, "ROAD_QUEUE_URL"),
        sink=sink[0],
        subscribers=urls(environment, "ROAD_SUBSCRIBERS", ""),
        dead_letters=text(environment, "ROAD_DEAD_LETTERS"),
        dead_letter_sink="".join(urls(environment, "ROAD_DEAD_LETTER_SINK", "")[:1]),
        at_once_max=whole(environment, "ROAD_AT_ONCE_MAX", 5, 1, 100),
        visibility_s=whole(environment, "ROAD_VISIBILITY_S", 10, 1, 43_200),
        wait_s=whole(environment, "ROAD_WAIT_S", 5, 0, 20),
        retries=whole(environment, "ROAD_RETRIES", 4, 0, 20),
        backoff_ms=whole(environment, "ROAD_BACKOFF_MS", 300, 1, 60_000),
        answer_s_max=whole(environment, "ROAD_ANSWER_S_MAX", 900, 1, 3600),
        reconcile_s=whole(environment, "RECONCILE_S", 30, 0, 86_400),
    )
