"""What `make doctor` looks at; each check says what it saw and how to mend it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Kubectl, Object

KUBERNETES_MIN = (1, 34)
OPERATORS = "run `make operators`, or install the releases it names in your own way"


@dataclass(frozen=True)
class Finding:
    """`mend` is empty where all is well; `grave` where `make up` cannot work like this."""

    what: str
    seen: str
    mend: str = ""
    grave: bool = True


def kubernetes(cluster: Kubectl) -> Finding:
    version = json.loads(cluster.run("version", "-o", "json"))["serverVersion"]
    number = (int(version["major"]), int(re.sub(r"\D", "", version["minor"])))
    mend = (
        ""
        if number >= KUBERNETES_MIN
        else "Knative and CloudNativePG need 1.34: snap refresh microk8s --channel=1.34"
    )
    return Finding("Kubernetes", version["gitVersion"], mend)


def operators(cluster: Kubectl) -> list[Finding]:
    """The kinds that the manifests use, who serves them, and whether in a version that is new enough."""
    wanted = {
        "Knative Serving": ("services.serving.knative.dev", "knative-serving", (1, 19)),
        "Knative Eventing": ("brokers.eventing.knative.dev", "knative-eventing", (1, 19)),
        "IntegrationSource": ("integrationsources.sources.knative.dev", "knative-eventing", (1, 19)),
        "CloudNativePG": ("clusters.postgresql.cnpg.io", "cnpg-system", (1, 29)),
    }
    return [_operator(cluster, what, *where) for what, where in wanted.items()]


def _operator(
    cluster: Kubectl, what: str, kind: str, namespace: str, version_min: tuple[int, int]
) -> Finding:
    definition = cluster.get("crd", kind)
    if definition is None:
        return Finding(what, f"the kind {kind} is absent", OPERATORS)
    deployments = cluster.list("deployments", namespace)
    waiting = [
        each["metadata"]["name"]
        for each in deployments
        if each["spec"].get("replicas", 1) > each["status"].get("availableReplicas", 0)
    ]
    if waiting:
        mend = f"kubectl -n {namespace} get pods; they may only need time"
        return Finding(what, f"not available: {', '.join(waiting)}", mend)
    version = _version(definition, deployments)
    number = re.match(r"v?(\d+)\.(\d+)", version)
    if number and (int(number[1]), int(number[2])) < version_min:
        return Finding(what, f"{version} is too old", f"{'.'.join(map(str, version_min))} or newer is needed")
    return Finding(what, f"available, {version}")


def _version(definition: Object, deployments: list[Object]) -> str:
    """As the definition's label has it, else the tag of CloudNativePG's image, among those of its plugins."""
    labels = definition["metadata"].get("labels") or {}
    if "app.kubernetes.io/version" in labels:
        return str(labels["app.kubernetes.io/version"])
    images = [each["spec"]["template"]["spec"]["containers"][0]["image"] for each in deployments]
    named = (image.partition("@")[0].rpartition("/")[2].partition(":") for image in images)
    return next((tag for name, _, tag in named if name == "cloudnative-pg" and tag), "version unknown")


def gateway(cluster: Kubectl) -> Finding:
    service = cluster.get("service", "kourier", "kourier-system")
    if service is None:
        return Finding("gateway", "there is no Kourier", OPERATORS)
    found = cluster.get("deployment", "3scale-kourier-gateway", "kourier-system") or {}
    replicas = found.get("status", {}).get("availableReplicas", 0)
    if replicas < 2:
        return Finding(
            "gateway",
            f"{replicas} replicas: each drain of a node waits or interrupts",
            OPERATORS,
            grave=replicas < 1,
        )
    return Finding("gateway", f"{replicas} replicas")


def ingress_class(cluster: Kubectl) -> Finding:
    found = cluster.get("configmap", "config-network", "knative-serving") or {}
    seen = (found.get("data") or {}).get("ingress-class", "not set")
    good = seen == "kourier.ingress.networking.knative.dev"
    return Finding("ingress class", seen, "" if good else OPERATORS)


def domain(cluster: Kubectl) -> Finding:
    """Whether Services get a name outside the cluster."""
    found = domains(cluster)
    mend = "" if found else "make operators DOMAIN=example.com"
    return Finding("domain", ", ".join(found) or "none: Services are seen inside the cluster only", mend)


def domains(cluster: Kubectl) -> list[str]:
    """The domains of config-domain; what begins with an underscore is its comment."""
    found = cluster.get("configmap", "config-domain", "knative-serving") or {}
    return sorted(name for name in found.get("data") or {} if not name.startswith("_"))


def pod_security(cluster: Kubectl) -> Finding:
    found = cluster.get("configmap", "config-features", "knative-serving") or {}
    seen = (found.get("data") or {}).get("secure-pod-defaults", "disabled")
    mend = "" if seen.lower() == "enabled" else OPERATORS
    return Finding("secure pod defaults", seen, mend)


def load_balancer(cluster: Kubectl) -> Finding:
    service = cluster.get("service", "kourier", "kourier-system") or {}
    given = service.get("status", {}).get("loadBalancer", {}).get("ingress", [])
    if service.get("spec", {}).get("type") == "LoadBalancer" and not given:
        return Finding(
            "load balancer",
            "the gateway has no address; it answers at its node port only",
            "microk8s enable metallb:FIRST-LAST with free addresses of your network",
            grave=False,
        )
    seen = ", ".join(each.get("ip") or each.get("hostname", "") for each in given)
    return Finding("load balancer", seen or "not asked for")


def storage(cluster: Kubectl) -> Finding:
    classes = cluster.list("storageclasses")
    names = [each["metadata"]["name"] for each in classes]
    default = [
        each["metadata"]["name"]
        for each in classes
        if (each["metadata"].get("annotations") or {}).get("storageclass.kubernetes.io/is-default-class")
        == "true"
    ]
    if "mayastor-3" in names or default:
        return Finding("storage", f"{', '.join(names)}; default {', '.join(default) or 'none'}")
    return Finding(
        "storage", "no default storage class", "microk8s enable hostpath-storage, or a class of your own"
    )


def huge_pages(cluster: Kubectl) -> Finding:
    seen = {
        each["metadata"]["name"]: each["status"]["allocatable"].get("hugepages-2Mi", "0")
        for each in cluster.list("nodes")
    }
    reserved = [name for name, amount in seen.items() if amount != "0"]
    if reserved and not cluster.get("storageclass", "mayastor-3"):
        return Finding(
            "huge pages",
            f"reserved on {', '.join(reserved)}",
            "set DATABASE_OVERLAY=mayastor, or PostgreSQL dies with exit code 135",
            grave=False,
        )
    return Finding("huge pages", f"on {len(reserved)} of {len(seen)} nodes")


def names(cluster: Kubectl) -> Finding:
    ready = [
        each
        for each in cluster.list("endpointslices", "kube-system", "kubernetes.io/service-name=kube-dns")
        if each.get("endpoints")
    ]
    return Finding(
        "DNS", "answers" if ready else "nothing behind kube-dns", "" if ready else "microk8s enable dns"
    )


def tools(_cluster: Kubectl) -> Finding:
    program = os.environ.get("FUNC", "").strip() or shutil.which("func")
    prebuilt = all(os.environ.get(f"{name}_IMAGE") for name in ("QUERY", "INGEST"))
    if not program:
        mend = "install func from Knative's releases, or set FUNC; it deploys prebuilt images, too"
        return Finding("func", "absent", mend)
    try:
        done = subprocess.run([program, "version"], capture_output=True, text=True, timeout=20, check=False)
    except OSError as error:
        return Finding("func", f"{program} cannot be run ({error.strerror})", "set FUNC to where it is")
    return Finding("func", done.stdout.strip() + (" (prebuilt images)" if prebuilt else ""))


def registry(_cluster: Kubectl) -> Finding:
    from infra.cluster.settings import load  # noqa: PLC0415 - a wrong setting is a finding, not an end

    try:
        host, _, port = load().registry.split("/")[0].partition(":")
    except ClusterError as error:
        return Finding("registry", str(error), "see the message")
    try:
        socket.create_connection((host, int(port or 443)), timeout=5).close()
    except (OSError, ValueError):
        return Finding("registry", f"{host} does not answer", "microk8s enable registry, or set REGISTRY")
    return Finding("registry", f"{host} answers")


Check = Callable[[Kubectl], Finding | list[Finding]]
ALL: tuple[Check, ...] = (
    kubernetes, operators, gateway, ingress_class, domain, pod_security, load_balancer, storage, huge_pages, names, tools, registry,
)  # fmt: skip
