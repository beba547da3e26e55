"""`make reconcile`: lets ingest compare the bucket with its ledger, turn by turn, and tells how far it is."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import urllib3

from local import state, uploads
from local.errors import StackError
from local.progress import Progress
from local.road.event import RECONCILE, Event, from_message
from local.settings import load

_ANSWER_S_MAX = 1900  # one turn ends after the files that it asked for, and a file may take half an hour
_TURN_MS = 2000  # where a person watches
_OTHER_S_MAX = 600
_SOURCE = "dev.movies.laptop"


@dataclass
class Compared:
    """What a comparison saw so far."""

    objects: int = 0
    asked: int = 0
    refused: int = 0


def reconcile(ingest_url: str, tell: Callable[[Compared], None] = lambda _: None) -> Compared:
    """Let ingest compare the whole bucket; `tell` is called after each turn. Raises StackError."""
    seen, after = Compared(), ""
    other_until = time.monotonic() + _OTHER_S_MAX
    while True:
        reply = _turn(ingest_url, after)
        if reply is None:  # another comparison is under way
            if time.monotonic() > other_until:
                raise StackError(f"another comparison has been under way for {_OTHER_S_MAX} s")
            time.sleep(1)
            continue
        turn = json.loads(reply.data)
        seen.objects += turn["objects"]
        seen.asked += turn["asked"]
        seen.refused += turn["refused"]
        tell(seen)
        if reply.type != RECONCILE:
            return seen
        after = turn["after"]


def _turn(ingest_url: str, after: str) -> Event | None:
    """One turn from behind a key: the event that ingest answers with, None where it is busy with another."""
    event = Event(RECONCILE, _SOURCE, json.dumps({"after": after, "ms_max": _TURN_MS}).encode())
    timeout = urllib3.Timeout(connect=5, read=_ANSWER_S_MAX)
    try:
        answer = urllib3.request(
            "POST", ingest_url, body=event.data, headers=event.headers(), timeout=timeout, retries=False
        )
    except urllib3.exceptions.HTTPError as error:
        raise StackError(f"ingest does not answer at {ingest_url} ({type(error).__name__})") from error
    if not 200 <= answer.status < 300:
        raise StackError(f"ingest answers {answer.status}: {answer.data[:500].decode('utf-8', 'replace')}")
    return from_message(answer.headers, answer.data)


def main() -> None:
    for name, value in state.running(load().state).items():
        os.environ.setdefault(name, value)
    url = os.environ.get("INGEST_URL", "")
    if not url:
        sys.exit("reconcile: start the stack with `make run`, or set INGEST_URL")
    try:
        progress = Progress(sys.stderr, "objects", _objects)
        seen = reconcile(
            url, lambda compared: progress.show(compared.objects, f"{compared.asked:,} asked for")
        )
        progress.end()
    except StackError as error:
        sys.exit(f"reconcile: {error}")
    print(f"{seen.objects:,} objects compared, {seen.asked:,} asked for, {seen.refused:,} refused")


def _objects() -> int:
    """How many objects the bucket holds, for the time that is left; 0 where this machine may not list it."""
    bucket = os.environ.get("AWS_BUCKET_NAME", "")
    try:
        with uploads.client() as s3:
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
            return sum(page["KeyCount"] for page in pages)
    except StackError:
        return 0


if __name__ == "__main__":
    main()
