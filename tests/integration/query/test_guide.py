"""docs/query.md is true: every curl in it gives what is written below it."""

import re
import shlex
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parents[3] / "docs" / "query.md").read_text()
BASE = "http://127.0.0.1:8080"
EXAMPLES = [
    example.strip().partition("\n")
    for block in re.findall(r"^```\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    for example in re.split(r"^(?=curl )", block, flags=re.MULTILINE)
    if example
]


@pytest.mark.parametrize(("command", "shown"), [(command, shown) for command, _, shown in EXAMPLES])
def test_an_example_gives_what_it_says(query, command, shown):
    _, *options, address = shlex.split(command)
    headers = dict(option.split(": ", 1) for option in options if ": " in option)
    answer = query(address.removeprefix(BASE), method="HEAD" if "-I" in options else "GET", **headers)
    if "-I" in options:
        wanted = dict(line.split(": ", 1) for line in shown.splitlines())
        assert {name: answer.headers.get(name) for name in wanted} == wanted
    else:
        assert answer.content.decode().replace("\r\n", "\n").strip() == shown


def test_there_are_examples():
    assert len(EXAMPLES) > 8
