"""Whether the files of a folder have changed."""

from __future__ import annotations

from pathlib import Path

_IGNORED = {"__pycache__", "_deps", ".func"}


def stamps(folder: Path) -> frozenset[tuple[Path, int]]:
    """Each file with the time of its last change; made and hidden ones are left out."""
    found = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if _IGNORED.isdisjoint(parts) and not path.name.startswith(".") and path.is_file():
            found.append((path, path.stat().st_mtime_ns))
    return frozenset(found)
