"""Text in pieces to JSON records, one at a time: an array, one object, or an object on each line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.errors import FileRefused
from ingest.settings import Settings

_SPACE = " \t\r\n"
_NOT_SPACE = re.compile(f"[^{_SPACE}]")
_BOM = "\ufeff"
# An error this near the end of the buffer may be a value cut in two: the longest
# token that is not a string is short, and a string says itself that it has no end.
_CUT_CHARS = 32
_DIGITS_MAX = 300
_NUMBER_TAIL = len("e+")  # what may follow the whole part of a number that is cut


class HugeNumber(float):
    """A whole number of more digits than anything here can use; no field takes it."""


def _integer(digits: str) -> int | HugeNumber:
    return int(digits) if len(digits) <= _DIGITS_MAX else HugeNumber("inf")


def _no_constant(word: str) -> Any:
    raise FileRefused(f"{word} is not JSON")


@dataclass(frozen=True)
class Record:
    """One value of the file: its position from 1, the value, and its own text."""

    position: int
    value: object
    text: str


class Splitter:
    """Splits text into records; every refusal names the record and the byte it stands at.

    The buffer never holds more than one piece of text and one record, and a record that
    is cut is tried again only when the buffer has doubled, so the time stays linear.
    """

    def __init__(self, pieces: Iterator[str], limits: Settings) -> None:
        self._pieces = pieces
        self._limits = limits
        self._decode = json.JSONDecoder(parse_int=_integer, parse_constant=_no_constant).raw_decode
        self._buffer = ""
        self._at = 0  # where the next token begins in the buffer
        self._bytes_before = 0  # of the text that left the buffer
        self._count = 0
        self._ended = False

    def __iter__(self) -> Iterator[Record]:
        if not self._buffer:
            self._grow()
        if self._buffer.startswith(_BOM):
            self._at = 1
        first = self._peek()
        if first == "[":
            yield from self._array()
        elif first == "{":
            yield from self._lines()
        elif first:
            raise self._refusal("the file is not JSON: it must begin with [ or {")
        else:
            raise FileRefused("the file is empty")

    def _array(self) -> Iterator[Record]:
        self._at += 1
        if self._peek() == "]":
            self._at += 1
        else:
            while True:
                yield self._record()
                sign = self._peek()
                self._at += 1
                if sign == "]":
                    break
                if sign != ",":
                    self._at -= 1
                    raise self._refusal(
                        "the array is cut off" if not sign else "expected , or ] after a record"
                    )
        if self._peek():
            raise self._refusal("something follows the end of the array")

    def _lines(self) -> Iterator[Record]:
        while self._peek():
            yield self._record()
            if self._at == len(self._buffer) and not self._ended:
                self._grow()
            if self._buffer[self._at : self._at + 1] not in ("", *_SPACE):
                raise self._refusal("expected a new line after a record")

    def _record(self) -> Record:
        self._count += 1
        if self._count > self._limits.records_max:
            raise self._refusal(f"the file has more than {self._limits.records_max} records")
        self._peek()
        while True:
            start = self._at
            try:
                value, end = self._decode(self._buffer, start)
            except json.JSONDecodeError as error:
                if self._cut(error):
                    self._grow()
                    continue
                raise self._refusal(f"not JSON: {error.msg}", error.pos) from None
            except RecursionError:
                raise self._refusal(self._too_deep()) from None
            except FileRefused as error:
                raise self._refusal(error.detail) from None
            if (
                end + _NUMBER_TAIL >= len(self._buffer)
                and not self._ended
                and isinstance(value, (int, float))
            ):
                self._grow()  # the number may go on in the next piece
                continue
            text = self._buffer[start:end]
            self._check(value, text)
            self._at = end
            return Record(self._count, value, text)

    def _check(self, value: object, text: str) -> None:
        bytes_max = self._limits.record_bytes_max
        if len(text) * 4 > bytes_max and len(text.encode()) > bytes_max:
            raise self._refusal(self._too_long())
        if (
            text.count("[") + text.count("{") > self._limits.depth_max
            and _depth(value) > self._limits.depth_max
        ):
            raise self._refusal(self._too_deep())

    def _cut(self, error: json.JSONDecodeError) -> bool:
        if self._ended:
            return False
        if error.msg.startswith("Unterminated string"):
            return True
        return error.pos >= len(self._buffer) - _CUT_CHARS and not error.msg.startswith("Invalid control")

    def _grow(self) -> None:
        """At least double what is held of the record that is cut."""
        held = len(self._buffer) - self._at
        if held > self._limits.record_bytes_max:
            raise self._refusal(self._too_long())
        pieces, more = [self._buffer[self._at :]], 0
        self._bytes_before += len(self._buffer[: self._at].encode())
        while more <= held:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
                break
            pieces.append(piece)
            more += len(piece)
        self._buffer, self._at = "".join(pieces), 0

    def _peek(self) -> str:
        """The next character that is not white space, "" at the end of the file."""
        while True:
            found = _NOT_SPACE.search(self._buffer, self._at)
            self._at = found.start() if found else len(self._buffer)
            if found:
                return found[0]
            if self._ended:
                return ""
            self._grow()

    def _refusal(self, reason: str, at: int | None = None) -> FileRefused:
        offset = self._bytes_before + len(self._buffer[: self._at if at is None else at].encode())
        return FileRefused(f"{reason} (record {max(self._count, 1)}, byte {offset})")

    def _too_long(self) -> str:
        return f"a record is longer than {self._limits.record_bytes_max} bytes, or a string in it has no end"

    def _too_deep(self) -> str:
        return f"a record is nested more than {self._limits.depth_max} levels deep"


def _depth(value: object) -> int:
    """How many lists and objects stand in one another."""
    depth, level = 0, [value]
    while level := [each for each in level if isinstance(each, (dict, list))]:
        depth += 1
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
    return depth
