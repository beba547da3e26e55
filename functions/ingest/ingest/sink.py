"""The Broker, where K_SINK names one: it spreads the load over pods and retries."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timezone
from urllib.parse import quote, quote_plus

import urllib3

from ingest import tracing
from ingest.errors import SinkAway
from ingest.events import S3_TYPES, SOURCE, Change
from ingest.settings import Settings

CONNECT_S_MAX = 5


class Sink:
    """Sends events; safe for many threads; to be closed."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.sink
        # Some Brokers answer when the delivery is over, which lasts as long as the file does.
        # No second try: it would store a slow file twice at once; the next comparison asks again.
        timeout = urllib3.Timeout(connect=CONNECT_S_MAX, read=settings.object_ms_max / 1000)
        self._http = urllib3.PoolManager(
            maxsize=settings.reconcile_at_once_max, timeout=timeout, retries=False
        )

    def close(self) -> None:
        """Close what is kept open."""
        self._http.clear()

    def ask(self, change: Change) -> None:
        """Send the notification that S3 would have sent; raises SinkAway."""
        name = "ObjectRemoved:Delete" if change.removed else "ObjectCreated:Put"
        entry = {"key": quote_plus(change.key), "eTag": change.etag}
        record = {"eventName": name, "s3": {"bucket": {"name": change.bucket}, "object": entry}}
        headers = {
            "ce-specversion": "1.0",
            "ce-id": str(uuid.uuid4()),
            "ce-type": S3_TYPES + name,
            "ce-source": SOURCE,
            "ce-subject": quote(change.key),
            "ce-time": datetime.now(timezone.utc).isoformat(),
            "content-type": "application/json",
            **tracing.headers(),
        }
        try:
            body = json.dumps({"Records": [record]})
            answer = self._http.request("POST", self._url, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise SinkAway("The event sink cannot be reached; try again.") from error
        if not 200 <= answer.status < 300:
            raise SinkAway(f"The event sink answered {answer.status}; try again.")
