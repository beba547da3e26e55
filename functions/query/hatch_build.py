"""Puts the pinned dependencies into the wheel, in a folder of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Dependencies(BuildHookInterface[Any]):
    """Runs pip once for each wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-compile"]
        command += [
            "--target",
            str(root / "function/_deps"),
            "--upgrade",
            "-r",
            str(root / "requirements.txt"),
        ]
        subprocess.run(command, check=True, timeout=600)  # noqa: S603 - a fixed command
        build_data["artifacts"].append("function/_deps/**")
