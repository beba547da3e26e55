"""Keys of names, as the database's fold() makes them, for the letters that no two versions of Unicode disagree on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Names whose keys are remembered, and what a key has of a longer name.
KEYS_MAX, KEY_CHARS_MAX = 20_000, 300
# Latin letters with their accents, typographic quotes and dashes.
_PLAIN = re.compile("[\\x01-\u024f\u2013\u2014\u2018-\u201a\u201c-\u201e]*")
_MARKS = re.compile("[\u0300-\u036f]+")
_SPACES = re.compile(r"\s+", re.ASCII)
_ALIKE = str.maketrans(
    {
        **dict(
            zip("øłđðħıŧ\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014", "olddhit'''\"\"\"--", strict=True)
        ),
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)


@lru_cache(maxsize=KEYS_MAX)
def fold(name: str) -> str:
    """The key of a name; "" for one that only the database knows how to fold."""
    if name.isascii():
        folded = name.lower()
    elif _PLAIN.fullmatch(name):
        folded = _MARKS.sub("", unicodedata.normalize("NFKD", name).lower()).translate(_ALIKE)
    else:
        return ""
    return _SPACES.sub(" ", folded).strip(" ")[:KEY_CHARS_MAX]


def fold_all(names: Sequence[str]) -> list[str]:
    """The key of each name, as fold() gives it; those of plain names at once, since most have nothing else."""
    spaced = " ".join(("", *names, ""))
    if not spaced.isprintable() or "  " in spaced or max(map(len, names), default=0) > KEY_CHARS_MAX:
        return list(map(fold, names))
    if spaced.isascii():
        return list(map(str.lower, names))
    return [name.lower() if name.isascii() else fold(name) for name in names]
