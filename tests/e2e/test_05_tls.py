"""A domain of one's own, with its certificate at the gateway."""

from __future__ import annotations

import subprocess
from pathlib import Path

import urllib3

from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import FUNCTIONS, secret
from infra.cluster.waiting import reason_not_ready, wait_until
from local.settings import ROOT
from tests.e2e.conftest import Record
from tests.e2e.gateway import Gateway

DOMAIN = "movies.example.com"
KIND = "domainmappings.serving.knative.dev"
COMPONENT = ROOT / "infra/knative/components/domain"


def test_the_domain_mapping_answers_over_tls(
    cluster: Kubectl, gateway: Gateway, tmp_path: Path, record: Record
) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={DOMAIN}",
    ]
    command += ["-addext", f"subjectAltName=DNS:{DOMAIN}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    data = {"tls.crt": certificate.read_text(), "tls.key": key.read_text()}
    cluster.apply_object(secret("movies-tls", FUNCTIONS, data, "kubernetes.io/tls"))
    for name in ("domain-claim.yaml", "domain-mapping.yaml"):
        cluster.apply((COMPONENT / name).read_text())
    wait_until(DOMAIN, lambda: reason_not_ready(cluster.get(KIND, DOMAIN, FUNCTIONS)), 120)
    with urllib3.HTTPSConnectionPool(
        gateway.host,
        gateway.tls_port,
        ca_certs=str(certificate),
        server_hostname=DOMAIN,
        assert_hostname=DOMAIN,
        timeout=10,
    ) as pool:
        answer = pool.request("GET", "/status", headers={"Host": DOMAIN})
    assert answer.status == 200
    record(f"https://{DOMAIN}/status, certificate checked: {answer.status} {answer.data.decode()}")
    cluster.delete(KIND, DOMAIN, FUNCTIONS)
