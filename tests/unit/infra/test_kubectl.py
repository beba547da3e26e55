"""Which cluster is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cluster import kubectl
from infra.cluster.errors import ClusterError


def test_without_a_cluster_none_is_asked_and_the_way_to_choose_one_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """kubectl would ask port 8080 of this machine, where query answers while `make run` runs."""
    config = tmp_path / "config"
    config.write_text("")
    monkeypatch.setenv("KUBECONFIG", str(config))
    with pytest.raises(ClusterError, match="no cluster is chosen: set KUBECONFIG"):
        kubectl.find({})
    config.write_text("current-context: here\n")
    assert kubectl.find({}).command
    config.write_text("")
    assert kubectl.find({"KUBECTL": "microk8s kubectl"}).command == ["microk8s", "kubectl"]
