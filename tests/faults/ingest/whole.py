"""A reader that looks at any moment, whatever is being written: see whole.sql."""

from __future__ import annotations

from pathlib import Path

import psycopg2

_LOOK = Path(__file__).with_suffix(".sql").read_text("utf-8")


class Reader:
    """Looks at one snapshot at a time, and remembers what each data version held."""

    def __init__(self) -> None:
        self._held: dict[int, str | None] = {}
        self._connection: psycopg2.extensions.connection | None = None

    def look(self, connection: psycopg2.extensions.connection) -> list[str]:
        """What is not as it must be; nothing where all is."""
        with connection.cursor() as cursor:
            cursor.execute(_LOOK)
            [(version, held, *answers)] = cursor.fetchall()
            names = [column.name for column in cursor.description or ()][2:]
        wrong = [name for name, right in zip(names, answers, strict=True) if not right]
        if self._held.setdefault(version, held) != held:
            wrong.append("one state of the movies for each data version")
        return wrong

    def look_from(self, url: str) -> list[str]:
        """The same, over a connection that this process opens when it looks first, and keeps."""
        if self._connection is None:
            # By the driver's class itself: psycopg2.connect is watched where faults are injected.
            self._connection = psycopg2.extensions.connection(url)
            self._connection.autocommit = True
        return self.look(self._connection)

    def forget(self) -> None:
        """The database begins anew."""
        self._held.clear()
