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
    for status in pod["status"].get("containerStatuses", ()):
        _kill(status)
    delete(cluster, pod, "--grace-period=0", "--force")


def kill_container(pod: Object, name: str) -> None:
    """Every process of one container is gone at once; the kubelet starts it again, in the same pod."""
    _kill(next(status for status in pod["status"]["containerStatuses"] if status["name"] == name))


def _kill(status: Object) -> None:
    """The kernel's own signal, which nobody can catch; this machine must be the pod's node."""
    container = str(status.get("containerID", "")).rpartition("/")[2]
    if not container:  # it has not begun; an empty name would be every process of this machine
        return
    for group in Path("/proc").glob("[0-9]*/cgroup"):
        with suppress(OSError):  # it has ended meanwhile
            if container in group.read_text():
                os.kill(int(group.parent.name), signal.SIGKILL)
