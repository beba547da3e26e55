"""What `make upload` tells a person who names no file, or one that is not there."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("names", "said"), [([], "name the files"), (["nowhere.json"], "nowhere.json")])
def test_files_that_cannot_be_sent_are_told_in_one_line(names, said):
    command = [sys.executable, "-m", "local.upload", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
