"""A file of any size, full of movies that never were; the same bytes at every run."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

WORDS = [
    "night",
    "river",
    "house",
    "shadow",
    "garden",
    "winter",
    "train",
    "letter",
    "bridge",
    "island",
    "mirror",
    "harbour",
    "storm",
    "silver",
    "lantern",
    "forest",
    "promise",
    "stranger",
    "morning",
    "castle",
    "border",
    "summer",
    "secret",
    "violin",
    "desert",
    "crown",
    "circus",
    "thunder",
    "velvet",
]
SYLLABLES = [
    "an",
    "bel",
    "cor",
    "da",
    "el",
    "fi",
    "gra",
    "ha",
    "in",
    "jo",
    "ka",
    "lu",
    "mo",
    "ne",
    "or",
    "pa",
    "qui",
    "ra",
    "sa",
    "to",
    "ul",
    "va",
    "wen",
    "xi",
    "yo",
    "zar",
]
GENRES = [
    "Drama",
    "Comedy",
    "Western",
    "Noir",
    "Mystery",
    "Romance",
    "Crime",
    "Adventure",
    "Musical",
    "War",
    "Horror",
    "Silent",
]
PEOPLE = 200_000  # of them a movie draws some, the first ones far more often than the last
CAST, EXTRACT_WORDS = 7, 45  # as in the real files: some 700 bytes a record


def write(path: Path, size_bytes: int) -> int:
    """Write a JSON array of at least this size; the number of its records."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for text in _records():
            file.write(("[" if not count else ",\n") + text)
            count += 1
            if count % 1000 == 0 and file.tell() >= size_bytes:
                break
        file.write("]\n")
    return count


def _records() -> Iterator[str]:
    chance = random.Random(2015)  # noqa: S311 - repeatable, not secret
    number = 0
    while True:
        number += 1
        words = chance.choices(WORDS, k=EXTRACT_WORDS)
        title = f"The {words[0].title()} {words[1].title()} {number}"
        yield json.dumps(
            {
                "title": title,
                "year": 1900 + number % 125,
                "cast": [_person(int(PEOPLE * chance.random() ** 3)) for _ in range(CAST)],
                "genres": chance.sample(GENRES, 2),
                "href": title.replace(" ", "_"),
                "extract": " ".join(words),
                "thumbnail": f"https://upload.example.org/thumbs/{number:x}/{title.replace(' ', '_')}.jpg",
                "thumbnail_width": 220,
                "thumbnail_height": 326,
            },
            ensure_ascii=False,
        )


def _person(number: int) -> str:
    first, rest = divmod(number, 676)
    second, third = divmod(rest, 26)
    given = SYLLABLES[first % 26] + SYLLABLES[third]
    return f"{given.title()} {SYLLABLES[second].title()}{SYLLABLES[first // 26 % 26]}"
