"""Pods that end: told to, or without being told, as a machine takes a process away that has no memory left."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from infra.cluster.kubectl import Kubectl, Object


def delete(cluster: Kubectl, pod: Object, *options: str) -> None:
    """Let a pod end, and do not wait for it."""
    metadata = pod["metadata"]
    cluster.run("delete", "pod", metadata["name"], "-n", metadata["namespace"], "--wait=false", *options)


def kill(cluster: Kubectl, pod: Object) -> None:
    """Every process of a pod is gone at once, and the pod with them; what owns it makes another."""
    _kill(*pod["status"].get("containerStatuses", ()))
    delete(cluster, pod, "--grace-period=0", "--force")


def kill_container(pod: Object, name: str) -> None:
    """Every process of one container is gone at once; the kubelet starts it again, in the same pod."""
    _kill(next(status for status in pod["status"]["containerStatuses"] if status["name"] == name))


def kill_server(pod: Object, name: str) -> None:
    """The processes that the first one of a container has started are gone at once; that one stays."""
    status = next(status for status in pod["status"]["containerStatuses"] if status["name"] == name)
    processes = _processes(status)
    for process in processes:
        if _parent(process) in processes:
            os.kill(process, signal.SIGKILL)


def _kill(*statuses: Object) -> None:
    """The kernel's own signal, which nobody can catch."""
    for process in _processes(*statuses):
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.kill(process, signal.SIGKILL)


def _processes(*statuses: Object) -> set[int]:
    """Those of containers, as this machine numbers them, which must be the pod's node."""
    names = [str(status.get("containerID", "")).rpartition("/")[2] for status in statuses]
    # One that has not begun has none; an empty name would be every process of this machine.
    containers = [name for name in names if name]
    found = set()
    for group in Path("/proc").glob("[0-9]*/cgroup"):
        with suppress(OSError):
            text = group.read_text()
            if any(container in text for container in containers):
                found.add(int(group.parent.name))
    return found


def _parent(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:"))
