"""Which files are loaded, and the sample itself."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from local.data import files_to_load
from local.errors import StackError
from local.settings import ROOT


def test_a_folder_gives_its_json_files_in_order(tmp_path: Path) -> None:
    for name in ("b.ndjson.gz", "a.json", "README.md"):
        (tmp_path / name).touch()
    assert [path.name for path in files_to_load(str(tmp_path))] == ["a.json", "b.ndjson.gz"]


def test_a_folder_without_data_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="MOVIES_DATA names no JSON files"):
        files_to_load(str(tmp_path))


def test_the_sample_is_whole_and_has_no_movie_twice() -> None:
    folder = ROOT / "tests" / "data"
    movies = []
    for name in ("movies-sample.json", "movies-sample-talkies.json"):
        movies += json.loads((folder / name).read_text("utf-8"))
    lines = gzip.decompress((folder / "movies-sample-silent.ndjson.gz").read_bytes()).splitlines()
    movies += [json.loads(line) for line in lines]
    assert len(movies) == len({(movie["title"], movie["year"]) for movie in movies}) >= 100
    assert {tuple(movie) for movie in movies} == {("title", "year", "cast", "genres", "href", "extract")}
    assert any(not movie["title"].isascii() for movie in movies)
