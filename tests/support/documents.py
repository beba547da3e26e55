"""Tables of the documents, for tests that hold them to the code."""

from __future__ import annotations


def rows(text: str, heading: str) -> dict[str, str]:
    """The table whose head begins so: what stands in its first column, and the second."""
    _, _, rest = text.partition(f"\n| {heading} |")
    assert rest, heading
    found = {}
    for line in rest.splitlines()[2:]:
        if not line.startswith("|"):
            break
        first, second = line.split("|")[1:3]
        found[first.strip()] = second.strip()
    return found


def shown(variable: str, default: str | None) -> tuple[str, str]:
    """A setting as the documents have it: its name, and its default, "" where it must be set."""
    return f"`{variable}`", "" if default is None else f"`{default}`" if default else "empty"
