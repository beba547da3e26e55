"""Files that arrive all the while, as uploaders' do: straight into the bucket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.records import arrival, file_of, key_of
from tests.faults.system import BUCKET, System


@contextmanager
def arriving(system: System, every_s: float) -> Iterator[None]:
    """Upload a file every `every_s` seconds while inside."""
    stop = threading.Event()

    def upload() -> None:
        while not stop.wait(every_s):
            body = file_of(arrival(system.uploaded))
            system.s3.put_object(Bucket=BUCKET, Key=key_of(system.uploaded), Body=body)
            system.uploaded += 1

    thread = threading.Thread(target=upload)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
