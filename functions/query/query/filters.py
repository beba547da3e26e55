"""What a caller asks of the movies, as values; the shape of it decides the statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Shape(NamedTuple):
    """Which filters are set, not their values: one prepared statement serves a shape."""

    year: bool
    years: str  # "", "narrow" or "wide": a range of years
    name: bool
    cast: int
    genre: int
    after: bool  # a page after the first one


# A range of years this long or shorter is read year by year and merged; a longer
# one is read in title order, where at least about one movie in eight is a match.
NARROW_YEARS_MAX = 16
YEAR_MIN, YEAR_MAX = 1870, 2100


@dataclass(frozen=True)
class Filters:
    """Filters combine with AND, within a kind too. Names are as given; SQL folds them."""

    year: int | None = None
    year_from: int | None = None
    year_to: int | None = None
    name: str | None = None
    cast: tuple[str, ...] = ()
    genre: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Filters:
        """The filters among the parameters of a request; repeats of a name count once."""
        return cls(
            values.get("year"),
            values.get("year_from"),
            values.get("year_to"),
            values.get("name"),
            tuple(dict.fromkeys(values.get("cast", ()))),
            tuple(dict.fromkeys(values.get("genre", ()))),
        )

    @property
    def years(self) -> tuple[int, int]:
        """First and last year of the range, both inclusive."""
        first = YEAR_MIN if self.year_from is None else self.year_from
        last = YEAR_MAX if self.year_to is None else self.year_to
        return first, last

    def shape(self, *, after: bool) -> Shape:
        years = ""
        if self.year_from is not None or self.year_to is not None:
            first, last = self.years
            years = "narrow" if last - first < NARROW_YEARS_MAX else "wide"
        return Shape(
            self.year is not None, years, self.name is not None, len(self.cast), len(self.genre), after
        )
