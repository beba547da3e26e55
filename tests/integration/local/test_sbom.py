"""`make sbom`, for real: the documents name what is pinned and what is installed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from local import sbom
from local.settings import ROOT


def components(document: Path) -> list[dict[str, Any]]:
    read = json.loads(document.read_text("utf-8"))
    assert read["bomFormat"] == "CycloneDX"
    listed: list[dict[str, Any]] = read["components"]
    return listed


def pinned(function: str) -> dict[str, set[str]]:
    """Hashes by package URL, as requirements.txt has them."""
    text = (ROOT / "functions" / function / "requirements.txt").read_text("utf-8")
    entries = re.findall(r"^([a-z0-9-]+)==(\S+)(.*(?:\n    .*)*)", text, re.MULTILINE)
    return {
        f"pkg:pypi/{name}@{version}": set(re.findall(r"sha256:(\w+)", rest))
        for name, version, rest in entries
    }


@pytest.mark.parametrize("function", ["query", "ingest"])
def test_what_is_pinned_and_what_is_installed_is_listed(function: str, tmp_path: Path) -> None:
    of_pinned, of_installed = map(components, sbom.write(function, tmp_path))
    wanted = pinned(function)
    listed = {
        each["purl"]: {part["content"] for link in each["externalReferences"] for part in link["hashes"]}
        for each in of_pinned
    }
    assert wanted
    assert listed == wanted
    installed = {each["purl"] for each in of_installed}
    assert installed <= set(wanted)
    # Less only where one package is pinned for several Pythons, or wanted by some alone.
    names = {url.partition("@")[0] for url in wanted}
    assert {url.partition("@")[0] for url in installed} >= names - {"pkg:pypi/exceptiongroup"}
