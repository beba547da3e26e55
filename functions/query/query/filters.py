"""What a caller asks of the movies, as values; the shape of it decides the statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from query.folding import fold

YEAR_MIN, YEAR_MAX = 1870, 2100
# A range of years this long or shorter is read year by year and merged; of a longer
# one the order of the page is tried first, in which many movies are a match.
NARROW_YEARS_MAX = 16


class Shape(NamedTuple):
    """Which filters are set, not their values: one prepared statement serves a shape."""

    sort: str  # "title", "year", "-year" or "relevance"
    q: bool
    years: str  # "", "one", "narrow" or "wide"
    name: bool
    cast: int
    genre: int
    keys: bool  # names are given as their keys, and need not be folded by the database


class Filters(NamedTuple):
    """Filters combine with AND, within a kind too. Names are as given."""

    q: str | None = None
    years: tuple[int, int] | None = None  # first and last, both inclusive; first > last: none at all
    name: str | None = None
    cast: tuple[str, ...] = ()
    genre: tuple[str, ...] = ()
    sort: str = "title"

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Filters:
        """The filters among the parameters of a request; repeats of a name count once."""
        q = values.get("q")
        return cls(
            q,
            _years(values),
            values.get("name"),
            tuple(dict.fromkeys(values.get("cast", ()))),
            tuple(dict.fromkeys(values.get("genre", ()))),
            values.get("sort", "title" if q is None else "relevance"),
        )

    @property
    def shape(self) -> Shape:
        years = ""
        if self.years is not None:
            length = self.years[1] - self.years[0] + 1
            years = "one" if length == 1 else "narrow" if length <= NARROW_YEARS_MAX else "wide"
        # Within one year every order but that of relevance is the order of titles.
        sort = "title" if years == "one" and self.sort != "relevance" else self.sort
        given = (*self.cast, *self.genre, *(() if self.name is None else (self.name,)))
        # A search folds what it is given; so does the database what only it knows how to fold.
        keys = self.q is None and all(map(fold, given))
        return Shape(
            sort, self.q is not None, years, self.name is not None, len(self.cast), len(self.genre), keys
        )


def _years(values: Mapping[str, Any]) -> tuple[int, int] | None:
    """What year, year_from and year_to leave between them."""
    given = [values.get(name) for name in ("year", "year_from", "year_to")]
    if given == [None, None, None]:
        return None
    year, first, last = given
    firsts = [each for each in (year, first) if each is not None]
    lasts = [each for each in (year, last) if each is not None]
    return max(firsts, default=YEAR_MIN), min(lasts, default=YEAR_MAX)
