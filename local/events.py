"""Sending ingest an event by hand: `python -m local.events` asks it to compare bucket and ledger."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import urllib3

from local import state
from local.errors import StackError
from local.road.event import Event
from local.road.ping import SOURCE, TYPE
from local.settings import load

_ANSWER_S_MAX = 900


def reconcile(ingest_url: str) -> Any:
    """Let ingest compare bucket and ledger; returns what it saw. Waits until it is done."""
    event = Event(TYPE, SOURCE, b"{}")
    timeout = urllib3.Timeout(connect=5, read=_ANSWER_S_MAX)
    try:
        answer = urllib3.request(
            "POST", ingest_url, body=event.data, headers=event.headers(), timeout=timeout, retries=False
        )
    except urllib3.exceptions.HTTPError as error:
        raise StackError(f"ingest does not answer at {ingest_url} ({type(error).__name__})") from error
    if not 200 <= answer.status < 300:
        raise StackError(f"ingest answers {answer.status}: {answer.data[:500].decode('utf-8', 'replace')}")
    return json.loads(answer.data or b"{}")


def main() -> None:
    try:
        environment = {**state.running(load().state), **os.environ}
        url = environment.get("INGEST_URL", "")
        if not url:
            sys.exit("reconcile: start the stack with `make run`, or set INGEST_URL")
        print(json.dumps(reconcile(url)))
    except StackError as error:
        sys.exit(f"reconcile: {error}")


if __name__ == "__main__":
    main()
