"""Everything that can go wrong, and what the caller is told.

IngestError
├── BadRequest           400  a value, named, with what is allowed
├── NotAllowed           401  the bearer token is missing or wrong
├── WritesOff            403  no token is configured, so nothing may be asked for
├── NotFound             404  never on the event route: Knative retries a 404
├── MethodNotAllowed     405
├── TooLarge             413  the request body
├── Refused              422  never will work
│   ├── NotAnEvent            the body is none of the shapes that are taken
│   ├── ForeignBucket         an event about a bucket that is not ours
│   └── FileRefused           the object cannot be stored; the ledger keeps the reason
└── Unavailable          503  may work later, with Retry-After
    ├── DatabaseAway          no connection, or it broke
    ├── DatabaseSlow          a statement or a lock ran into its time limit
    ├── StorageAway           S3 cannot be reached, refuses, or breaks off
    ├── SinkAway              the Broker did not take an event
    └── Busy                  as many files as allowed are being stored

Two more never reach a caller: ObjectGone and ObjectChanged, what S3 answered
when a key no longer holds what its event spoke of.
"""

from __future__ import annotations


class IngestError(Exception):
    """Something the caller is told; never holds SQL, a path, a DSN or a trace."""

    status = 500
    title = "Internal error"

    def __init__(self, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members


class BadRequest(IngestError):
    """400: the request cannot be used as it is."""

    status, title = 400, "Bad request"


class NotAllowed(IngestError):
    """401: this route wants the bearer token."""

    status, title = 401, "Token needed"


class WritesOff(IngestError):
    """403: routes that write are off."""

    status, title = 403, "Writing is off"


class NotFound(IngestError):
    """404: nothing is here."""

    status, title = 404, "Not found"


class MethodNotAllowed(IngestError):
    """405: the route exists, the method does not."""

    status, title = 405, "Method not allowed"


class TooLarge(IngestError):
    """413: the request body is larger than the limit."""

    status, title = 413, "Request too large"


class Refused(IngestError):
    """422: sending the same again will not help."""

    status, title = 422, "Cannot be stored"


class NotAnEvent(Refused):
    """The body is not a CloudEvent or S3 notification of a known shape."""

    title = "Not an event for this function"
    SHAPES = "The body must be a CloudEvent 1.0, binary or structured, or an S3 notification in JSON."

    def __init__(self, detail: str = SHAPES) -> None:
        super().__init__(detail)


class ForeignBucket(Refused):
    """The event is about a bucket that this function does not serve."""

    title = "Not our bucket"


class FileRefused(Refused):
    """The object's content cannot be stored; detail is the ledger's reason."""

    title = "The file cannot be stored"


class Unavailable(IngestError):
    """503: the same request may work a moment later."""

    status, title = 503, "Service unavailable"


class DatabaseAway(Unavailable):
    """The database cannot be reached, or the connection broke."""


class DatabaseSlow(Unavailable):
    """The database did not answer within a time limit."""


class StorageAway(Unavailable):
    """The bucket cannot be reached, refuses access, or broke off."""


class SinkAway(Unavailable):
    """The event sink did not take an event."""


class Busy(Unavailable):
    """As many files as allowed are being stored at once."""


class ObjectGone(Exception):
    """The bucket holds nothing under the key."""


class ObjectChanged(Exception):
    """The key holds another version by now."""
