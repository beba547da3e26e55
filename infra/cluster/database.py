"""The database: applied, waited for, migrated."""

from __future__ import annotations

import yaml

from infra.cluster import functions, manifests, secrets
from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Kubectl, Object
from infra.cluster.secrets import DATABASE
from infra.cluster.settings import ROOT, Settings
from infra.cluster.waiting import wait_until

NAME = "movie-db-cluster"  # in the base; an overlay may give another (docs/backup.md)
KIND = "clusters.postgresql.cnpg.io"
ROLES = frozenset(secrets.CONNECTIONS)
_FOLDER = ROOT / "infra" / "postgres"
_HIBERNATION = "cnpg.io/hibernation"


def overlay(kubectl: Kubectl, settings: Settings) -> str:
    """The overlay that was asked for; else the lab's own; else `mayastor` where that storage class exists."""
    if settings.database_overlay:
        if not (_FOLDER / "overlays" / settings.database_overlay).is_dir():
            raise ClusterError(
                f"DATABASE_OVERLAY: there is no infra/postgres/overlays/{settings.database_overlay}"
            )
        return settings.database_overlay
    if settings.overlay == "lab":
        return "lab"
    return "mayastor" if kubectl.get("storageclass", "mayastor-3") else "default"


def name(kubectl: Kubectl, settings: Settings) -> str:
    """What the overlay calls the cluster: the one that every command means and the functions connect to."""
    objects = yaml.safe_load_all(_built(kubectl, settings))
    return next(str(each["metadata"]["name"]) for each in objects if each["kind"] == "Cluster")


def apply(kubectl: Kubectl, settings: Settings) -> None:
    """Apply the cluster, wake it if `make down` put it to sleep, and wait for all instances and roles."""
    kubectl.apply(_built(kubectl, settings))
    secrets.make_role_passwords(kubectl)
    cluster = name(kubectl, settings)
    _hibernate(kubectl, cluster, "off")
    wait_until("database", lambda: reason_not_ready(kubectl.get(KIND, cluster, DATABASE)), 900)


def _built(kubectl: Kubectl, settings: Settings) -> str:
    folder = _FOLDER / "overlays" / overlay(kubectl, settings)
    components = manifests.monitoring(kubectl, _FOLDER / "components/monitoring")
    return manifests.build(kubectl, folder, components=components)


def reason_not_ready(found: Object | None) -> str:
    """Why the database cannot be used yet."""
    if found is None:
        return "it is not there yet"
    status, instances = found.get("status", {}), found["spec"]["instances"]
    if any(
        each["type"] == _HIBERNATION and each["status"] == "True" for each in status.get("conditions", ())
    ):
        return "it wakes up"
    ready = status.get("readyInstances", 0)
    if ready < instances:
        return f"{ready} of {instances} instances ready, {status.get('phase', 'not begun')}"
    roles = status.get("managedRolesStatus", {})
    if problems := roles.get("cannotReconcile"):
        return f"roles: {problems}"
    pending = ROLES - set(roles.get("byStatus", {}).get("reconciled", ()))
    return f"roles to come: {', '.join(sorted(pending))}" if pending else ""


def put_to_sleep(kubectl: Kubectl) -> None:
    """Stop every instance and keep the volumes, whichever cluster the overlay names now."""
    for each in kubectl.list(KIND, DATABASE):
        _hibernate(kubectl, each["metadata"]["name"], "on")


def _hibernate(kubectl: Kubectl, cluster: str, state: str) -> None:
    kubectl.run("annotate", KIND, cluster, "-n", DATABASE, "--overwrite", f"{_HIBERNATION}={state}")


def migrate(kubectl: Kubectl, settings: Settings) -> None:
    """Apply the migrations that the database lacks, by a Job on ingest's image; shows what the Job said."""
    image = functions.image(settings, "ingest")
    sql = {each.name: each.read_text() for each in sorted((_FOLDER / "migrations").glob("*.sql"))}
    program = {"migrate.py": (ROOT / "local" / "migrate.py").read_text()}
    kubectl.apply_object(manifests.config_map("movie-migrations", DATABASE, sql))
    kubectl.apply_object(manifests.config_map("movie-migrate", DATABASE, program))
    kubectl.delete("job", "migrate", DATABASE)  # a Job cannot be changed; its work can be repeated
    job = manifests.build(kubectl, _FOLDER / "migrate", images={"movie-ingest": image})
    kubectl.apply(job.replace(NAME, name(kubectl, settings)))  # its host, its password and its authority
    try:
        wait_until("migrations", lambda: _reason_not_migrated(kubectl), 600)
    finally:
        print(_said(kubectl), end="", flush=True)


def _reason_not_migrated(kubectl: Kubectl) -> str:
    job = kubectl.get("job", "migrate", DATABASE)
    if job is None:
        return "the Job is not there yet"
    for each in job.get("status", {}).get("conditions", ()):
        if each["status"] == "True" and each["type"] == "Complete":
            return ""
        if each["status"] == "True" and each["type"] == "Failed":
            raise ClusterError(f"migrations failed: {each.get('message', 'no reason given')}")
    pods = kubectl.list("pods", DATABASE, "app.kubernetes.io/name=migrate")
    states = [state for pod in pods for state in pod["status"].get("containerStatuses", ())]
    failed = sum(state["restartCount"] for state in states)
    reasons = [state.get("lastState", {}).get("terminated", {}).get("message", "") for state in states]
    said = [reason.strip() for reason in reasons if reason]
    return ": ".join([f"{failed} attempts failed", *said]) if failed else "under way"


def _said(kubectl: Kubectl) -> str:
    try:
        text = kubectl.run("logs", "-n", DATABASE, "-l", "app.kubernetes.io/name=migrate", "--tail=20")
    except ClusterError:
        return ""  # no pod yet; the reason is told by the wait
    return "".join(f"  | {line}\n" for line in text.splitlines())
