"""`make bench-together`: what a question costs alone and in a statement for several, over one session such as query has."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from statistics import median
from typing import Any

import psycopg2
from query import statements
from query.connecting import SESSION_OPTIONS, as_options
from query.filters import Filters
from query.session import TOGETHER_MAX, Statement, arrays, together

from tests.bench import machine, report
from tests.bench.data import Stack, stack
from tests.bench.settings import Settings
from tests.bench.workloads import SEARCH_LIMIT, workloads

Parameters = tuple[object, ...]
SIZES = tuple(size for size in (1, 2, 4, 8) if size <= TOGETHER_MAX)
ROUNDS, QUESTIONS = 9, 400
PAGE = 100


def run(settings: Settings) -> None:
    """Measure, print and write the table."""
    load_before = os.getloadavg()[0]
    with stack(settings.data) as made:
        rows = [[title, *_figures(made, asked)] for title, asked in _asked(made).items()]
        head = ["asked for", "alone", *(f"{size} together" for size in SIZES[1:])]
        text = report.table(head, rows) + "\n\nMicroseconds from sending to the rows, for each question; "
        text += f"median of {ROUNDS} rounds of {QUESTIONS}, each size in turn.\n\n"
        text += "\n".join(machine.description(made.version, load_before))
    print(text)
    if settings.write:
        report.put("together", text)


def _asked(made: Stack) -> dict[str, list[tuple[Statement, Parameters]]]:
    """Questions that no two are alike, for each kind; all of one kind by one statement."""
    requests = {each.name: each.requests for each in workloads(made)}
    casts = (statements.page(Filters(cast=(each["cast"],)), None, PAGE) for each in requests["cast"])
    searches = (
        statements.page(Filters(q=each["q"], sort="relevance"), None, SEARCH_LIMIT)
        for each in requests["search"]
    )
    return {
        "one movie": [(statements.MOVIE, (each["id"],)) for each in requests["id"]],
        "a cast member": _of_one_statement(list(casts)),
        "a search": _of_one_statement(list(searches)),
    }


def _of_one_statement(asked: list[tuple[Statement, Parameters]]) -> list[tuple[Statement, Parameters]]:
    return [each for each in asked if each[0] == asked[0][0]]


def _figures(made: Stack, asked: Sequence[tuple[Statement, Parameters]]) -> list[str]:
    statement = asked[0][0]
    rest = iter([parameters for _, parameters in asked])
    taken: dict[int, list[float]] = {size: [] for size in SIZES}
    options = as_options(SESSION_OPTIONS)
    with closing(psycopg2.connect(made.reader, options=options)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for each in (statement, together(statement)):
                cursor.execute(each.preparation)
            for _ in range(ROUNDS):
                for size in SIZES:
                    taken[size].append(_seconds(cursor, statement, list(islice(rest, QUESTIONS)), size))
    return [f"{median(taken[size]) / QUESTIONS * 1e6:.0f}" for size in SIZES]


def _seconds(cursor: Any, statement: Statement, asked: Sequence[Parameters], size: int) -> float:
    begin = time.perf_counter()
    if size == 1:
        for parameters in asked:
            cursor.execute(statement.call, parameters)
            cursor.fetchall()
    else:
        call = together(statement).call
        for place in range(0, len(asked), size):
            cursor.execute(call, arrays(asked[place : place + size]))
            cursor.fetchall()
    return time.perf_counter() - begin


if __name__ == "__main__":
    run(Settings())
