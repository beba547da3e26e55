"""What the environment says to the cluster's make targets, parsed once and strictly."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.cluster.errors import ClusterError

ROOT = Path(__file__).parents[2]
OVERLAYS = ROOT / "infra/knative/overlays"
REGISTRY_OF = {"microk8s": "localhost:32000", "lab": "localhost:5000"}


@dataclass(frozen=True)
class Settings:
    """One installation. Empty: not given."""

    overlay: str
    database_overlay: str
    registry: str
    base_image: str  # what the images are built on; empty: func's own choice
    region: str
    bucket: str
    queue: str  # the queue's name
    queue_arn: str  # of a queue made elsewhere: nothing is made in AWS then
    endpoint: str  # of a stand-in for AWS, as this machine and the pods reach it
    traces: str  # where both functions send traces; empty: nowhere

    def image(self, name: str) -> str:
        """The image of a function, from NAME_IMAGE where that is set."""
        return os.environ.get(f"{name.upper()}_IMAGE", "").strip() or f"{self.registry}/movie-{name}:latest"

    def is_prebuilt(self, name: str) -> bool:
        """Whether NAME_IMAGE names an image that somebody else has built."""
        return bool(os.environ.get(f"{name.upper()}_IMAGE", "").strip())


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every setting; raise ClusterError for the first that cannot be used."""

    def text(name: str, default: str = "") -> str:
        return environment.get(name, "").strip() or default

    overlay = text("OVERLAY", "microk8s")
    known = sorted(each.name for each in OVERLAYS.iterdir())
    if overlay not in known:
        raise ClusterError(f"OVERLAY must be one of {', '.join(known)}, not {overlay!r}")
    registry = text("REGISTRY", REGISTRY_OF.get(overlay, "")).rstrip("/")
    if not registry:
        raise ClusterError("REGISTRY is not set: where the cluster gets its images, such as ghcr.io/you")
    region, bucket = text("AWS_REGION"), text("AWS_BUCKET_NAME")
    if region and not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region):
        raise ClusterError(f"AWS_REGION must be a region such as eu-central-1, not {region!r}")
    if bucket and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        raise ClusterError(f"AWS_BUCKET_NAME must be a bucket's name, not {bucket!r}")
    return Settings(
        overlay=overlay,
        database_overlay=text("DATABASE_OVERLAY"),
        registry=registry,
        base_image=text("BASE_IMAGE"),
        region=region,
        bucket=bucket,
        queue=text("AWS_QUEUE_NAME", f"movie-files-{bucket}".replace(".", "-")[:75]),
        queue_arn=text("AWS_QUEUE_ARN"),
        endpoint=text("AWS_ENDPOINT_URL"),
        traces=text("OTEL_EXPORTER_OTLP_ENDPOINT"),
    )
