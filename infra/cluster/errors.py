"""What can go wrong, told to the operator in one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class ClusterError(Exception):
    """Something the operator has to see to; the message says what, and how where that is known."""


@contextmanager
def told(command: str) -> Iterator[None]:
    """End the program with one line for a ClusterError, and quietly for Ctrl-C."""
    try:
        yield
    except ClusterError as error:
        sys.exit(f"{command}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{command}: stopped; the same command goes on from here")
