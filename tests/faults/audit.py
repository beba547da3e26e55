"""What the database holds after a fault, held against the bucket: each object one row, the movies an oracle's."""

from __future__ import annotations

import json
from bisect import bisect_right

from tests.faults.records import BASE_FILE, Movie, arrival, base, is_arrival, key_of, number_of
from tests.faults.target import Target


class Audit:
    """The ledger as it is now."""

    def __init__(self, target: Target) -> None:
        execute = target.execute
        self._uploaded = target.uploaded
        self._rows = execute(
            "SELECT key, state::text, data_version FROM files WHERE state <> 'removed' ORDER BY data_version, key"
        )
        removed = execute("SELECT key FROM files WHERE state = 'removed'")
        self._surprising = {str(key) for (key,) in removed} - set(target.vanished)
        self._docs = execute("SELECT doc FROM movies")
        counts = "SELECT movie_count = (SELECT count(*) FROM movies) FROM data_version"
        self._exact = execute(counts) == [(True,)]
        arrived = [(int(str(version)), str(key)) for key, _, version in self._rows if is_arrival(str(key))]
        self._versions = [version for version, _ in arrived]
        self._movies = [movie for _, key in arrived for movie in arrival(number_of(key))]
        self._per_file = len(arrival(0))

    def movies_at(self, version: int) -> list[Movie]:
        """What was there at a data version."""
        shown = bisect_right(self._versions, version)
        return base() + self._movies[: shown * self._per_file]

    def complaints(self) -> list[str]:
        """What is not as it must be."""
        found = []
        keys = sorted(str(key) for key, _, _ in self._rows)
        wanted = sorted([BASE_FILE, *map(key_of, range(self._uploaded))])
        if keys != wanted:
            found.append(f"{len(wanted)} objects, {len(keys)} rows of {len(set(keys))} in the ledger")
        if {state for _, state, _ in self._rows} != {"stored"}:
            found.append("a file is not stored")
        if self._surprising:
            found.append(f"{len(self._surprising)} objects are said to be gone that are there")
        if not self._exact:
            found.append("the count of movies is not exact")
        movies = sorted((json.loads(str(doc)) for (doc,) in self._docs), key=lambda movie: str(movie["id"]))
        every = [*base(), *(movie for number in range(self._uploaded) for movie in arrival(number))]
        if movies != sorted(every, key=lambda movie: str(movie["id"])):
            found.append(f"{len(every)} movies were uploaded, {len(movies)} are there, or they differ")
        return found
