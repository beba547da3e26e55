"""`make operators`: installs the pinned releases that infra/operators.yaml names, and Knative's settings."""

from __future__ import annotations

import os

import yaml

from infra.cluster import kubectl, manifests, settings
from infra.cluster.checks import domains, operators
from infra.cluster.errors import told
from infra.cluster.kubectl import Kubectl
from infra.cluster.settings import ROOT
from infra.cluster.waiting import wait_until

DOMAIN = "movies.test"  # a name that no DNS knows; callers send it in `Host`
_RELEASES = ROOT / "infra" / "operators.yaml"
_PLATFORM = ROOT / "infra" / "knative" / "platform"


def main() -> None:
    with told("operators"):
        cluster = kubectl.find()
        for release in yaml.safe_load(_RELEASES.read_text()):
            if "only_with" not in release or os.environ.get(release["only_with"]) == "yes":
                install(cluster, release)
        configure(cluster, settings.load().overlay)
        wait_until("operators", lambda: "; ".join(e.seen for e in operators(cluster) if e.mend), 600)


def install(cluster: Kubectl, release: dict[str, str]) -> None:
    """Apply one release, unless the kind that it brings is there: then the cluster's owner has seen to it."""
    name, version = release["name"], release["version"]
    if cluster.has_kind(release["kind"]):
        print(f"{name}: is there, left as it is", flush=True)
        return
    print(f"{name} {version}", flush=True)
    for url in release["manifests"]:
        cluster.run(
            "apply",
            "--server-side",
            "--force-conflicts",
            "-f",
            url.replace("VERSION", version),
            timeout_s=300,
        )
    for deployment in release.get("wait", ()):
        namespace, _, what = deployment.partition("/")
        cluster.run(
            "wait",
            "-n",
            namespace,
            "--for=condition=Available",
            f"deployment/{what}",
            "--timeout=300s",
            timeout_s=310,
        )


def configure(cluster: Kubectl, overlay: str) -> None:
    """Set what this system wants of Knative; see infra/knative/platform."""
    folder = _PLATFORM / (overlay if (_PLATFORM / overlay).is_dir() else "base")
    cluster.apply(manifests.build(cluster, folder))
    given = os.environ.get("DOMAIN", "").strip()
    # Without a domain, Knative keeps every Service inside the cluster.
    if given or not domains(cluster):
        data = {given or DOMAIN: ""}
        cluster.apply_object(manifests.config_map("config-domain", "knative-serving", data))
    print(f"Knative's settings are set; Services are under {', '.join(domains(cluster))}", flush=True)


if __name__ == "__main__":
    main()
