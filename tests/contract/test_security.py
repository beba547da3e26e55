"""docs/security.md is true, and what is installed is what was pinned."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/security.md").read_text("utf-8")
LOCKS = sorted(
    file.relative_to(ROOT)
    for file in (
        *ROOT.glob("*requirements*.txt"),
        *ROOT.glob("functions/*/*.txt"),
        *ROOT.glob("local/*.txt"),
        *ROOT.glob("tests/**/requirements*.txt"),
    )
)


def test_every_test_that_the_document_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    text = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert named
    assert named - set(re.findall(r"^def (test_\w+)", text, re.MULTILINE)) == set()


def test_every_risk_of_the_ten_has_a_line() -> None:
    assert re.findall(r"^\| API(\d+) ", DOCUMENT, re.MULTILINE) == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_every_dependency_is_pinned_with_its_hashes(lock: Path) -> None:
    entries = re.split(
        r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", (ROOT / lock).read_text(), flags=re.MULTILINE)
    )
    assert entries
    for entry in entries:
        assert re.match(r"[\w.\[\],-]+==\S+", entry.strip()), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize(
    "road",
    ["local/environment.py"]
    + [
        f"functions/{name}/{file}"
        for name in ("query", "ingest")
        for file in ("Containerfile", "hatch_build.py")
    ],
)
def test_whatever_installs_checks_the_hashes(road: str) -> None:
    lines = (ROOT / road).read_text("utf-8").splitlines()
    installing = [
        line for line in lines if re.search(r"pip\b.*\b(install|sync)\b", line) and "apt-get" not in line
    ]
    assert installing
    assert [line for line in installing if "--require-hashes" not in line] == []


def test_a_secret_that_is_planted_is_found(tmp_path: Path) -> None:
    """With the options of `make lint`; the key is made here, so that this file holds none."""
    text = (ROOT / "Makefile").read_text("utf-8")
    [no_secrets] = re.findall(r"^NO_SECRETS := (.*)$", text, re.MULTILINE)
    [options] = re.findall(r"detect-secrets-hook (.*)$", text, re.MULTILINE)
    planted, clean = tmp_path / "planted.yaml", tmp_path / "clean.yaml"
    planted.write_text(f"region: eu-central-1\nkey: AKIA{'Q7' * 8}\n")
    clean.write_text("value: '{{ secret:aws-auth:AWS_SECRET_ACCESS_KEY }}'\n")
    command = [sys.executable, "-m", "detect_secrets.pre_commit_hook"]
    command += shlex.split(options.replace("$(NO_SECRETS)", no_secrets))
    codes = [
        subprocess.run([*command, file], check=False, timeout=60).returncode for file in (planted, clean)
    ]
    assert codes == [1, 0]


def test_the_review_is_of_the_versions_that_are_pinned() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` ([\d., ]+?) \| \d{4}-\d{2}", DOCUMENT, re.MULTILINE)
    reviewed = {(name, version) for name, versions in rows for version in versions.split(", ")}
    pinned = set()
    for function in ("query", "ingest"):
        folder = ROOT / "functions" / function
        wanted = re.findall(r"^([a-z0-9-]+)", (folder / "requirements.in").read_text("utf-8"), re.MULTILINE)
        locked = re.findall(
            r"^([a-z0-9-]+)==(\S+)", (folder / "requirements.txt").read_text("utf-8"), re.MULTILINE
        )
        pinned |= {(name, version) for name, version in locked if name in wanted}
    assert reviewed == pinned
