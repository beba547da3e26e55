"""Movies made to agree with the records of current files."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.database import Cursor, row
from ingest.sql import SETTLE


@dataclass(frozen=True)
class Settled:
    """What changed: rows written or deleted, and by how many the number of movies grew."""

    rows: int
    growth: int


def affect(cursor: Cursor, *contents: int) -> None:
    """Note the movies of these contents; call while their records are there."""
    cursor.execute(SETTLE["affect"], {"contents": list(contents)})


def affect_new(cursor: Cursor, content: int) -> None:
    """Note the movies of a content that has just come, from the work table: most are new, and have no rival."""
    cursor.execute(SETTLE["affect_known"])
    cursor.execute(SETTLE["fresh"], {"content": content})


def settle(cursor: Cursor) -> Settled:
    """Write what the noted movies should be now; touches no row that stays the same."""
    for statement in ("winners", "changed", "gone"):
        cursor.execute(SETTLE[statement])
    gone = cursor.rowcount
    cursor.execute(SETTLE["count_new"])
    new, changed = row(cursor)
    if gone or changed > new:
        cursor.execute(SETTLE["unlink_people"])
        cursor.execute(SETTLE["unlink_genres"])
    if gone:
        cursor.execute(SETTLE["delete_movies"])
    if changed:
        for statement in (
            "person_names",
            "genre_names",
            "new_people",
            "new_genres",
            "written",
            "insert_movies",
            "update_movies",
            "link_people",
            "link_genres",
        ):
            cursor.execute(SETTLE[statement])
    return Settled(rows=gone + changed, growth=new - gone)
