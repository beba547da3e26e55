"""Requests as a caller outside the cluster sends them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import FUNCTIONS


@dataclass(frozen=True)
class Gateway:
    """Kourier at a port of a node; Services are told apart by `Host`."""

    cluster: Kubectl
    host: str
    port: int
    tls_port: int

    @classmethod
    def find(cls, cluster: Kubectl, host: str) -> Gateway:
        service = cluster.get("service", "kourier", "kourier-system") or {}
        ports = {each["name"]: each["nodePort"] for each in service["spec"]["ports"]}
        return cls(cluster, host, ports["http2"], ports["https"])

    def name_of(self, service: str, namespace: str = FUNCTIONS) -> str:
        """The host name that a Knative Service answers to."""
        found = self.cluster.get("services.serving.knative.dev", service, namespace) or {}
        return urlsplit(found["status"]["url"]).hostname or ""

    def get(self, path: str, service: str = "query", timeout_s: float = 10) -> requests.Response:
        return requests.get(
            f"http://{self.host}:{self.port}{path}",
            headers={"Host": self.name_of(service)},
            timeout=timeout_s,
        )
