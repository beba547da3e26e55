"""`make run`: the whole system on this machine, until Ctrl-C."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType

from local import events, loading, state
from local.data import files_to_load
from local.errors import StackError
from local.settings import load
from local.stack import Stack


class Stopped(BaseException):
    """Somebody asked us to stop."""


def main(kind: type[Stack] = Stack) -> None:
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        settings = load()
        with state.locked(settings.state):
            run(kind(settings), began)
    except Stopped:
        print("stopped; what was loaded is kept in .local", flush=True)
    except StackError as error:
        sys.exit(f"\n{error}")


def run(made: Stack, began: float) -> None:
    """Start, load, tell, and watch until something ends it; then stop all, in order."""
    with made as stack:
        try:
            print("starting PostgreSQL, S3 and SQS, ingest, query and the event road", flush=True)
            stack.start()
            print(f"all parts are ready after {time.monotonic() - began:.1f} s", flush=True)
            _catch_up(stack)
            loading.load(stack, files_to_load(stack.settings.data))
            _tell(stack)
            stack.watch()
        except StackError:
            # A part that stopped explains what else went wrong.
            stack.check()
            raise
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            print("\nstopping", flush=True)


def _catch_up(stack: Stack) -> None:
    """The queue is empty after a restart: what it held comes back by comparing bucket and ledger."""
    asked = events.reconcile(stack.ingest_url).asked
    if asked:
        print(f"caught up with {asked:,} objects of the bucket", flush=True)


def _tell(stack: Stack) -> None:
    settings, query = stack.settings, stack.query_url
    print(
        f"""
  query    {query}
  ingest   {stack.ingest_url}   (the ledger, as a page)
  S3, SQS  {stack.environment["AWS_ENDPOINT_URL"]}   (bucket: {settings.bucket})
  logs     {settings.state / "logs"}

  curl '{query}/movies/year/2015'
  curl '{query}/movies?cast=Tom%20Hanks&limit=5'
  curl '{query}/status'

Another file: make upload FILES=my-movies.json. Ctrl-C stops everything.""",
        flush=True,
    )


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    main()
