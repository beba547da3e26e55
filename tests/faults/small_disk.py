"""A disk that can be filled: a node's data on a tmpfs of little more than its size, for a while."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.fault import Absent
from tests.faults.pair import Node

BALLAST = "ballast"
MEBIBYTE = 1 << 20


@contextmanager
def small_disk(node: Node, spare_bytes: int) -> Iterator[None]:
    """The node runs again inside, and after. Raises Absent where nothing may be mounted."""
    node.stop()
    aside = node.data.with_name("aside")
    node.data.rename(aside)
    node.data.mkdir()
    size = sum(file.stat().st_blocks * 512 for file in aside.rglob("*")) + spare_bytes
    try:
        _call("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(node.data))
    except Absent:
        node.data.rmdir()
        aside.rename(node.data)
        node.run_again()
        raise
    try:
        _call("cp", "-a", f"{aside}/.", str(node.data))
        node.run_again()
        yield
    finally:
        node.stop()
        empty(node)
        shutil.rmtree(aside)
        _call("cp", "-a", str(node.data), str(aside))
        _call("umount", str(node.data))
        node.data.rmdir()
        aside.rename(node.data)
        node.run_again()


def fill(node: Node) -> None:
    """Leave not a byte."""
    with (node.data / BALLAST).open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(MEBIBYTE))


def empty(node: Node) -> None:
    """Give back what `fill` took."""
    (node.data / BALLAST).unlink(missing_ok=True)


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise Absent(f"{' '.join(command[:3])} failed: {done.stderr.strip()}")
