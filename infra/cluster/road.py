"""The event road: namespaces, Broker, Trigger, source, ping, and the rules around them."""

from __future__ import annotations

import yaml

from infra.cluster import manifests
from infra.cluster.kubectl import Kubectl, Object
from infra.cluster.secrets import FUNCTIONS, SOURCE
from infra.cluster.settings import OVERLAYS, Settings
from infra.cluster.waiting import reason_not_ready, wait_until

BROKER, TRIGGER = "brokers.eventing.knative.dev", "triggers.eventing.knative.dev"
INTEGRATION, PING = "integrationsources.sources.knative.dev", "pingsources.sources.knative.dev"
_MONITORING = [OVERLAYS.parent / "components" / each for each in ("monitoring", "dashboards")]
PARTS = (
    (BROKER, "default", FUNCTIONS),
    (TRIGGER, "files", FUNCTIONS),
    (INTEGRATION, "files", SOURCE),
    (PING, "reconcile", FUNCTIONS),
)


def namespaces(kubectl: Kubectl, settings: Settings) -> None:
    """Only the namespaces, which the Secrets need first."""
    kubectl.apply(_dumped([each for each in _objects(kubectl, settings, "") if each["kind"] == "Namespace"]))


def apply(kubectl: Kubectl, settings: Settings, queue_arn: str) -> None:
    """Apply the road and tell the functions, by the ConfigMap movie-data, where it begins."""
    kubectl.apply(_dumped(_objects(kubectl, settings, queue_arn)))
    wait_until("broker", lambda: reason_not_ready(kubectl.get(BROKER, "default", FUNCTIONS)), 180)
    broker = kubectl.get(BROKER, "default", FUNCTIONS) or {}
    data = {
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,  # the name that boto3 reads
        "AWS_BUCKET_NAME": settings.bucket,
        # Whatever class the Broker is of: what reconcile misses goes in here.
        "K_SINK": broker["status"]["address"]["url"],
        "OTEL_EXPORTER_OTLP_ENDPOINT": settings.traces,
    }
    if settings.endpoint:
        data["AWS_ENDPOINT_URL"] = settings.endpoint
    kubectl.apply_object(manifests.config_map("movie-data", FUNCTIONS, data))


def wait(kubectl: Kubectl) -> None:
    """Wait until every part is ready; the Trigger needs ingest to be there."""
    for kind, name, namespace in PARTS:
        label = f"{kind.split('.')[0]} {name}"
        wait_until(label, lambda k=kind, n=name, ns=namespace: reason_not_ready(kubectl.get(k, n, ns)), 300)  # type: ignore[misc]


def remove(kubectl: Kubectl, settings: Settings) -> None:
    """Delete the road but the namespaces, and with them the Secrets, stay."""
    kept = [
        each
        for each in _objects(kubectl, settings, "")
        if each["kind"] not in ("Namespace", "ServiceAccount")
    ]
    kubectl.run(
        "delete", "--ignore-not-found", "--timeout=180s", "-f", "-", stdin=_dumped(kept), timeout_s=200
    )


def _objects(kubectl: Kubectl, settings: Settings, queue_arn: str) -> list[Object]:
    patches = []
    if queue_arn:
        values = {"/spec/aws/sqs/arn": queue_arn, "/spec/aws/sqs/region": settings.region}
        if settings.endpoint:
            values["/spec/aws/sqs/uriEndpointOverride"] = settings.endpoint
        patches = [manifests.replace("IntegrationSource", values)]
    components = manifests.monitoring(kubectl, *_MONITORING)
    text = manifests.build(kubectl, OVERLAYS / settings.overlay, components=components, patches=patches)
    return [each for each in yaml.safe_load_all(text) if each]


def _dumped(objects: list[Object]) -> str:
    return yaml.safe_dump_all(objects)
