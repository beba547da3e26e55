"""Where the cluster of the end-to-end tests is, and what it can reach."""

from __future__ import annotations

import os
from dataclasses import dataclass

REGION = "eu-central-1"
# The Deployments of the Broker that Knative comes with.
BROKER_NAMESPACE, BROKER = "knative-eventing", ("mt-broker-ingress", "mt-broker-filter", "imc-dispatcher")


@dataclass(frozen=True)
class Settings:
    """A cluster whose pods reach a program on this machine at `aws_host`."""

    overlay: str = os.environ.get("OVERLAY", "lab")
    aws_host: str = os.environ.get("E2E_AWS_HOST", "10.200.0.1")
    aws_port: int = int(os.environ.get("E2E_AWS_PORT", "5055"))
    bucket: str = os.environ.get("E2E_BUCKET", "movies-e2e")
    base_image: str = os.environ.get("BASE_IMAGE", "localhost:5000/lab/base-python:3.11")
    gateway_host: str = os.environ.get("E2E_GATEWAY_HOST", "127.0.0.1")

    @property
    def aws_endpoint(self) -> str:
        return f"http://{self.aws_host}:{self.aws_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the make targets are given."""
        return {
            **os.environ,
            "OVERLAY": self.overlay,
            "BASE_IMAGE": self.base_image,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_BUCKET_NAME": self.bucket,
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",  # pragma: allowlist secret - the stand-in takes any
        }
