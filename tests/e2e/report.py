"""docs/e2e.md: what `make e2e` saw, written by the run itself."""

from __future__ import annotations

import platform
import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timezone

from local.settings import ROOT

DOCUMENT = ROOT / "docs" / "e2e.md"
_HEAD = """# What `make e2e` saw

Written by the run; each line below a sentence is what that test measured or read from the cluster.
One node, {cores} cores shared with the control plane, so times run long; compare only within the run.

{when}, commit {commit}, Kubernetes {kubernetes}, {cores} cores.
"""


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    return done.stdout.strip() or "unknown"


@dataclass
class Report:
    """The sentences of the tests, in order, and the lines that each recorded."""

    kubernetes: str = "unknown"
    commit: str = field(default_factory=_commit)  # of the beginning: what was installed
    lines: dict[str, list[str]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)

    def write(self, cores: int) -> None:
        """Write the document; nothing is kept of an earlier run."""
        head = _HEAD.format(
            when=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            commit=self.commit,
            kubernetes=self.kubernetes,
            cores=cores,
        )
        parts = [head]
        for sentence, outcome in self.outcomes.items():
            parts.append(f"\n**{sentence}**: {outcome}\n")
            shown = [line.rstrip() for line in self.lines.get(sentence, ())]
            if shown:
                parts.append("\n```\n" + "\n".join(shown) + "\n```\n")
        passed = sum(outcome == "passed" for outcome in self.outcomes.values())
        parts.append(
            f"\n{passed} of {len(self.outcomes)} passed; {platform.system()} {platform.machine()}.\n"
        )
        DOCUMENT.write_text("".join(parts))
