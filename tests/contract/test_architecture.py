"""docs/architecture.md names every module and folder, and none that is not there; its diagrams are whole."""

from __future__ import annotations

import re
import subprocess

import pytest

from local.settings import ROOT

TEXT = (ROOT / "docs/architecture.md").read_text("utf-8")
DIAGRAMS = re.findall(r"```mermaid\n(.*?)```", TEXT, re.DOTALL)
_NODE = r"(\w+)(?:\[[^\]\[]+\]|\[\([^)]+\)\])?"
_EDGE = re.compile(rf"{_NODE}((?: (?:--> |-- [^-]+ --> |-\. [^.]+ \.-> ){_NODE})+)$")
_MESSAGE = re.compile(r"(\w)(->>|-->>)(\w): \S.*")


@pytest.mark.parametrize("name", ["query", "ingest"])
def test_every_module_of_a_function_is_named_and_every_name_is_a_module(name: str) -> None:
    table = TEXT.partition(f"| modules of functions/{name}/{name} |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert len(named) == len(set(named))
    folder = ROOT / "functions" / name / name
    assert set(named) == {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}


def test_every_folder_with_code_is_named() -> None:
    files = subprocess.run(
        ["git", "ls-files", "*.py", "*.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    ).stdout.split()
    folders = {"/".join(file.split("/")[:2]) for file in files if file.count("/") > 1}
    folders = {each for each in folders if not each.startswith("functions/")} | {"local"}
    assert {each for each in folders if f"`{each}`" not in TEXT} == set()


def test_every_path_that_is_named_exists() -> None:
    named = set(re.findall(r"\b((?:functions|infra|local|tests|docs)/[\w./-]*\w)", TEXT))
    assert len(named) > 15
    assert {each for each in named if not (ROOT / each).exists()} == set()


def test_the_modules_in_the_diagrams_of_a_function_exist() -> None:
    for name in ("query", "ingest"):
        drawing = re.findall(rf"## {name}\n\n```mermaid\nflowchart TD\n(.*?)```", TEXT, re.DOTALL)
        for module in re.findall(r"\w+", drawing[0]):
            assert (ROOT / "functions" / name / name / f"{module}.py").exists(), module


def test_what_is_in_brackets_in_the_lives_is_a_module() -> None:
    modules = {
        path.stem for name in ("query", "ingest") for path in (ROOT / "functions" / name / name).glob("*.py")
    }
    lives = [each for each in DIAGRAMS if each.startswith("sequenceDiagram")]
    assert len(lives) == 2
    for line in "\n".join(lives).splitlines():
        if found := re.search(r"\(([a-z_, ]+)\)$", line):
            assert set(found[1].split(", ")) <= modules, line


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda text: text.splitlines()[0])
def test_a_diagram_is_what_mermaid_reads(diagram: str) -> None:
    """Line by line, in the part of its language that is used here."""
    first, *lines = [line.strip() for line in diagram.splitlines()]
    if first.startswith("flowchart"):
        assert first in ("flowchart LR", "flowchart TD")
        for line in lines:
            assert _EDGE.fullmatch(line), line
        return
    assert first == "sequenceDiagram"
    people = {line.split()[1] for line in lines if line.startswith("participant ")}
    opened = 0
    for line in lines:
        opened += line.startswith("alt ") - (line == "end")
        assert opened >= 0
        if not line.startswith(("participant ", "alt ", "else ")) and line != "end":
            message = _MESSAGE.fullmatch(line)
            assert message, line
            assert {message[1], message[3]} <= people, line
            assert ";" not in line, "mermaid ends a statement there"
    assert opened == 0
