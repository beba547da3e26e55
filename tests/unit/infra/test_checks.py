"""What `make doctor` makes of an operator's version."""

from __future__ import annotations

import json
import sys

from infra.cluster.checks import operators
from infra.cluster.kubectl import Kubectl

PLUGIN = "ghcr.io/cloudnative-pg/plugin-barman-cloud:v0.14.0"
# Every kind is there, without a label; in each namespace the deployments are those of the first argument.
PROGRAM = "import sys; print(sys.argv[1] if 'deployments' in sys.argv else '{\"metadata\": {}}')"


def seen(*images: str) -> str:
    """Of CloudNativePG, where these run."""
    deployments = [
        {
            "metadata": {"name": "operator"},
            "spec": {"template": {"spec": {"containers": [{"image": image}]}}},
            "status": {"availableReplicas": 1},
        }
        for image in images
    ]
    cluster = Kubectl([sys.executable, "-c", PROGRAM, json.dumps({"items": deployments})])
    return operators(cluster)[-1].seen


def test_a_plugin_beside_the_operator_is_not_taken_for_it() -> None:
    assert seen(PLUGIN, "ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0") == "available, 1.30.0"


def test_an_operator_that_is_too_old_is_said_to_be() -> None:
    assert seen("ghcr.io/cloudnative-pg/cloudnative-pg:1.28.2") == "1.28.2 is too old"


def test_an_image_by_its_digest_alone_has_no_version_that_one_could_read() -> None:
    assert seen("registry:5000/cloudnative-pg@sha256:0a") == "available, version unknown"
