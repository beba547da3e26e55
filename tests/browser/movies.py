"""What the explorer shows in the tests: the sample, and movies that mean it harm."""

from __future__ import annotations

import json

from local.settings import ROOT

SCRIPT = "<script>window.harmed = true</script><img src=x onerror='window.harmed = true'>"
POSTER = "https://upload.wikimedia.org/poster.png"
HOSTILE = [
    {"title": SCRIPT, "year": 1901, "cast": [SCRIPT], "genres": ["<b>Bold</b>"], "extract": SCRIPT, "href": "\"><script>"},
    {"title": "Elsewhere", "year": 1901, "thumbnail": "https://pictures.example.org/poster.png"},
    {"title": "No address at all", "year": 1901, "thumbnail": "javascript:window.harmed=true"},
    {"title": "With a poster", "year": 1901, "genres": ["Documentary"], "thumbnail": POSTER},
    {"title": "Donaudampfschifffahrtsgesellschaftskapitaen" * 6, "year": 1901, "cast": ["X" * 200]},
]  # fmt: skip
_DATA = ROOT / "tests" / "data"
FILES = {path.name: path.read_bytes() for path in sorted(_DATA.glob("movies-sample*"))} | {
    "hostile.json": json.dumps(HOSTILE).encode()
}
