"""Volumes that no provisioner looks after: emptied and freed by hand once their claim is gone."""

from __future__ import annotations

import shutil
from pathlib import Path

from infra.cluster.kubectl import Kubectl


def free_released(cluster: Kubectl) -> None:
    """Only hostPath volumes on this machine; any other is left to its provisioner."""
    for volume in cluster.list("persistentvolumes"):
        folder = Path(volume["spec"].get("hostPath", {}).get("path", "/nonexistent"))
        if volume["status"]["phase"] != "Released" or not folder.is_dir():
            continue
        for each in folder.iterdir():
            shutil.rmtree(each)
        patch = '[{"op": "remove", "path": "/spec/claimRef"}]'
        cluster.run("patch", "persistentvolume", volume["metadata"]["name"], "--type=json", "-p", patch)
