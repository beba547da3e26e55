"""A CloudEvent on its way, in binary mode."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import count
from urllib.parse import quote

RECONCILE = "dev.movies.reconcile"  # asks ingest to compare bucket and ledger
# As Camel makes ids: a random half, then a number that counts up.
_PREFIX, _NUMBERS = secrets.token_hex(8).upper()[:15], count(1)


def new_id() -> str:
    """An id that no other event has."""
    return f"{_PREFIX}-{next(_NUMBERS):016X}"


@dataclass(frozen=True)
class Event:
    """One CloudEvent 1.0; `extensions` are further attributes."""

    type: str
    source: str
    data: bytes
    subject: str = ""
    content_type: str = "application/json"
    id: str = field(default_factory=new_id)
    time: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat())
    extensions: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """The HTTP headers; values are percent-encoded where CloudEvents' HTTP binding says so."""
        attributes = {"id": self.id, "type": self.type, "source": self.source, "time": self.time}
        if self.subject:
            attributes["subject"] = self.subject
        named = {f"ce-{name}": _encode(value) for name, value in {**attributes, **self.extensions}.items()}
        return {"ce-specversion": "1.0", **named, "content-type": self.content_type}

    def as_line(self, **more: str) -> str:
        """One line of JSON for the file of dead letters."""
        attributes = {"id": self.id, "type": self.type, "source": self.source, "time": self.time}
        data = self.data.decode("utf-8", "backslashreplace")
        return json.dumps({**attributes, "subject": self.subject, **self.extensions, **more, "data": data})


def from_message(headers: Mapping[str, str], body: bytes) -> Event | None:
    """The event that a request or an answer carries, if it carries one."""
    lower = {name.lower(): value for name, value in headers.items()}
    if "ce-type" not in lower or "ce-source" not in lower:
        return None
    return Event(
        type=lower["ce-type"],
        source=lower["ce-source"],
        subject=lower.get("ce-subject", ""),
        data=body,
        content_type=lower.get("content-type", "application/json"),
        id=lower.get("ce-id", new_id()),
        time=lower.get("ce-time", datetime.now(timezone.utc).isoformat()),
    )


def _encode(value: str) -> str:
    return quote(value, safe="".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%'))
