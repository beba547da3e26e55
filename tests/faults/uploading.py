"""Files that arrive all the while, as uploaders' do: straight into the bucket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.target import Target


@contextmanager
def arriving(target: Target, every_s: float) -> Iterator[None]:
    """Upload a file every `every_s` seconds while inside."""
    stop = threading.Event()

    def upload() -> None:
        while not stop.wait(every_s):
            target.upload()

    thread = threading.Thread(target=upload)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
