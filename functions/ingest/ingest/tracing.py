"""What happens to an event, as spans of one trace, for whoever set OTEL_EXPORTER_OTLP_ENDPOINT.

Where nobody did, no span is made, and the trace that an event brings is handed on all the same.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ingest.exporting import Exporter

Argument = TypeVar("Argument")
Result = TypeVar("Result")
INTERNAL, CLIENT, CONSUMER, ERROR = 1, 3, 5, 2
_TRACE_PARENT = re.compile(
    r"[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})", re.ASCII
)


@dataclass(frozen=True)
class _Here:
    """The place in a trace; `exporter` is None where its spans are not wanted."""

    trace: str
    span: str
    flags: str
    exporter: Exporter | None


_here: ContextVar[_Here | None] = ContextVar("here", default=None)


def exporter(endpoint: str) -> Exporter | None:
    """What sends spans there; None where `endpoint` is empty."""
    if not endpoint:
        return None
    from ingest.exporting import Exporter  # noqa: PLC0415 - not even imported when nobody wants it

    return Exporter(endpoint, "ingest")


@contextmanager
def event(sends: Exporter | None, given: Mapping[str, str], attributes: Mapping[str, str]) -> Iterator[None]:
    """The span of an event. given: its headers and extensions, of which traceparent counts."""
    found = _TRACE_PARENT.fullmatch(given.get("traceparent", ""))
    if found is None and sends is None:
        yield
        return
    trace, parent, flags = found.groups() if found else (secrets.token_hex(16), "", "01")
    wanted = sends if int(flags, 16) & 1 else None
    token = _here.set(_Here(trace, parent, flags, wanted))
    try:
        with span("event", CONSUMER, **attributes):
            yield
    finally:
        _here.reset(token)


@contextmanager
def span(name: str, kind: int = INTERNAL, **attributes: str) -> Iterator[None]:
    """A part of what is going on, inside `event`; elsewhere nothing."""
    parent = _here.get()
    if parent is None or parent.exporter is None:
        yield
        return
    here = _Here(parent.trace, secrets.token_hex(8), parent.flags, parent.exporter)
    token, began = _here.set(here), time.time_ns()
    failed = False
    try:
        yield
    except BaseException as error:
        failed, attributes = True, {**attributes, "error.type": type(error).__name__}
        raise
    finally:
        _here.reset(token)
        parent.exporter.add(
            {
                "traceId": here.trace,
                "spanId": here.span,
                "parentSpanId": parent.span,
                "name": name,
                "kind": kind,
                "startTimeUnixNano": str(began),
                "endTimeUnixNano": str(time.time_ns()),
                "attributes": [{"key": k, "value": {"stringValue": v}} for k, v in attributes.items()],
                "status": {"code": ERROR} if failed else {},
            }
        )


def carried(function: Callable[[Argument], Result]) -> Callable[[Argument], Result]:
    """The function, for other threads: there it goes on with the trace of the thread that asked for it."""
    here = _here.get()

    def call(argument: Argument) -> Result:
        token = _here.set(here)
        try:
            return function(argument)
        finally:
            _here.reset(token)

    return call


def headers() -> dict[str, str]:
    """What an event of ours carries so that the next one goes on with the trace; empty where there is none."""
    here = _here.get()
    if here is None:
        return {}
    value = f"00-{here.trace}-{here.span}-{here.flags}"
    return {"traceparent": value, "ce-traceparent": value}
