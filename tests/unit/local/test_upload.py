"""What `make upload` tells a person."""

import pytest

from local import upload

ROW = {
    "key": "a.json",
    "reason": None,
    "state": "stored",
    "stored": 2,
    "merged": 1,
    "rejected": 3,
    "entries": 6,
}


def test_a_stored_file_is_told_with_its_counts():
    assert upload.describe(ROW) == "a.json: stored, 2 movies, 1 merged, 3 rejected of 6 records"


def test_a_failed_file_is_told_with_its_reason():
    assert upload.describe({**ROW, "state": "failed", "reason": "the file is empty"}) == (
        "a.json: failed, the file is empty"
    )


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(SystemExit, match=r"no such file: nowhere\.json"):
        upload.main(["nowhere.json"])
