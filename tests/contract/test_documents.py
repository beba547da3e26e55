"""The documents are true: what they name exists."""

import re
from pathlib import Path

from query import contract

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text() + (ROOT / "infra/cluster.mk").read_text()


def test_every_make_target_in_the_documents_for_everybody_exists():
    named = set(re.findall(r"(?:`|^)make ([a-z0-9-]+)", README + CONTRIBUTING, re.MULTILINE))
    assert {"run", "dev", "up"} <= named
    assert named <= set(re.findall(r"^([a-z0-9-]+):", MAKEFILE, re.MULTILINE))


def test_every_make_target_says_what_it_does():
    targets = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split()
    assert {target for target in targets if re.search(rf"^{target}:.*## \S", MAKEFILE, re.MULTILINE)} == set(
        targets
    )


def test_every_route_of_the_contract_is_in_the_readme():
    assert {path for path in contract.load().document["paths"] if f"{path}`" not in README} == set()


def test_every_place_in_the_readme_exists():
    for place in re.findall(r"^\| `([a-z./-]+)`", README, re.MULTILINE):
        assert (ROOT / place).exists(), place


def test_every_place_in_contributing_exists():
    named = set(
        re.findall(r"((?:\bdocs/|\binfra/|\btests/|\.ci|\.dev|\.vs|\.editor)[\w./-]*\w)", CONTRIBUTING)
    )
    assert {"docs/architecture.md", ".ci/run", ".devcontainer"} <= named
    assert {place for place in named if not (ROOT / place).exists()} == set()
