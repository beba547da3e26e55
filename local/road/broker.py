"""Broker and Trigger: delivers an event, tries again for a while, then gives it to the dead letters."""

from __future__ import annotations

import threading
from pathlib import Path

import urllib3

from local.road.event import RECONCILE, Event, from_message
from local.road.settings import RoadSettings

RETRIED = frozenset((404, 408, 409, 429))  # and every 5xx, and no answer at all


class Broker:
    """Like Knative's in-memory one, it answers its sender only when all is over."""

    def __init__(self, settings: RoadSettings, stopping: threading.Event) -> None:
        self._settings = settings
        self._stopping = stopping
        self._pool = urllib3.PoolManager(maxsize=settings.at_once_max + 1, retries=False)
        self._dead_letters = threading.Lock()

    def deliver(self, event: Event) -> bool:
        """Give the event to the sink. True: it is done with, delivered or dead; False: it is the sender's again."""
        wait_s = self._settings.backoff_ms / 1000
        code, why = 0, ""
        for attempt in range(self._settings.retries + 1):
            if attempt and self._stopping.wait(wait_s * 2 ** (attempt - 1)):
                return False
            code, why, reply = self._post(self._settings.sink, event)
            if 200 <= code < 300:
                self._publish(reply)
                return True
            _say(f"{event.id} {event.type}: {why}, attempt {attempt + 1}")
            if code and code < 500 and code not in RETRIED:
                break
        return self._bury(event, code, why)

    def _post(self, url: str, event: Event) -> tuple[int, str, Event | None]:
        """Post to one receiver; returns the status (0: no answer), a word on it, and the event in the reply."""
        timeout = urllib3.Timeout(connect=5, read=self._settings.answer_s_max)
        try:
            answer = self._pool.request(
                "POST", url, body=event.data, headers=event.headers(), timeout=timeout
            )
        except urllib3.exceptions.HTTPError as error:
            return 0, f"no answer ({type(error).__name__})", None
        why = f"{answer.status} {answer.data[:300].decode('utf-8', 'replace')}"
        reply = from_message(answer.headers, answer.data)
        if 200 <= answer.status < 300 and answer.data and reply is None:
            return 502, f"neither empty nor an event: {why}", None  # as Knative has it
        return answer.status, why, reply

    def _publish(self, reply: Event | None) -> None:
        """Take a reply into the broker: it is on record, and each subscriber is given it once.

        One that asks for the next turn of a comparison goes to ingest, as its Trigger says.
        """
        if reply is None:
            return
        _say(f"{reply.id} {reply.type} {reply.subject} {reply.data[:500].decode('utf-8', 'replace')}")
        for subscriber in self._settings.subscribers:
            code, why, _ = self._post(subscriber, reply)
            if not 200 <= code < 300:
                _say(f"{reply.id} {reply.type}: {subscriber} does not take it, {why}")
        if reply.type == RECONCILE:
            self.deliver(reply)

    def _bury(self, event: Event, code: int, why: str) -> bool:
        """Write a dead letter with the attributes that Knative adds, and post it where a sink is set."""
        extensions = {"knativeerrorcode": str(code or 502), "knativeerrordest": self._settings.sink}
        dead = Event(**{**vars(event), "extensions": extensions})
        _say(f"{event.id} {event.type}: dead letter, {why}")
        with self._dead_letters, Path(self._settings.dead_letters).open("a", encoding="utf-8") as file:
            file.write(dead.as_line(why=why) + "\n")
        if self._settings.dead_letter_sink:
            code, _, _ = self._post(self._settings.dead_letter_sink, dead)
            return 200 <= code < 300
        return True


def _say(text: str) -> None:
    print(text, flush=True)
