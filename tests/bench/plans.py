"""What single requests make the database read, from the plans that it notes itself (auto_explain)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import closing

import psycopg2

from tests.bench.data import Stack

_NOTING = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
}
# What query asks for by itself, whatever the request was.
_BESIDES = "PREPARE data_version "
_NOTED = re.compile(r"duration: [0-9.]+ ms  plan:\n\tQuery Text: (.*)\n((?:\t.*\n)*)")
_READ = re.compile(
    r"(?:(?:Index Only|Index|Bitmap Index|Seq) Scan)(?: Backward)?(?: using| on) (\w+).*"
    r"actual rows=([0-9.]+) loops=([0-9]+)"
)
READS_SHOWN = 3


def note(stack: Stack) -> bool:
    """Let each of query's sessions from now on log its plans; False where PostgreSQL has no auto_explain."""
    with closing(psycopg2.connect(stack.postgres.url("postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            try:
                cursor.execute("LOAD 'auto_explain'")
            except psycopg2.Error:
                return False
            for name, value in _NOTING.items():
                cursor.execute(f"ALTER ROLE movie_query SET {name} = '{value}'")
    return True


def reads(stack: Stack, ask: Callable[[str], float], path: str) -> str:
    """The indexes that one request reads most rows of, such as "movie_genres_by_year 932, movies_pkey 9"."""
    ask(path)  # prepares the statements: only what is executed is of interest
    start = stack.postgres.log.stat().st_size
    ask(path)
    with stack.postgres.log.open(encoding="utf-8", errors="replace") as log:
        log.seek(start)
        noted = _NOTED.findall(log.read())
    rows: Counter[str] = Counter()
    for statement, plan in noted:
        if not statement.startswith(_BESIDES):
            for index, each, loops in _READ.findall(plan):
                rows[index] += round(float(each) * int(loops))
    return ", ".join(f"`{index}` {count:,}" for index, count in rows.most_common(READS_SHOWN))
