"""docs/backup.md, step by step: an archive, a base backup, and the database anew as it was at a moment."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from infra.cluster import database, forwarding
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import DATABASE, secret
from infra.cluster.waiting import wait_until
from local.settings import ROOT
from tests.e2e.conftest import Make, Record
from tests.e2e.gateway import Gateway
from tests.e2e.settings import REGION, Settings
from tests.e2e.waiting import eventually

PLUGIN, BUCKET, RESTORED = "barman-cloud.cloudnative-pg.io", "movie-data-backup", "movie-db-restored"
OVERLAYS = ROOT / "infra/postgres/overlays"
BACKUP = "backups.postgresql.cnpg.io"


@pytest.fixture
def archive(cluster: Kubectl, aws: boto3.session.Session, settings: Settings) -> None:
    """The bucket for backups and the Secret that opens it; skips where the plugin is not installed."""
    if not cluster.has_kind("objectstores.barmancloud.cnpg.io"):
        pytest.skip("the Barman Cloud plugin is not installed: make operators BACKUPS=yes")
    s3 = aws.client("s3", endpoint_url=settings.aws_endpoint)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    keys = {"ACCESS_KEY_ID": "testing", "ACCESS_SECRET_KEY": "testing", "REGION": REGION}
    cluster.apply_object(secret("movie-db-backup", DATABASE, keys))


@pytest.fixture
def overlay() -> Iterator[Path]:
    """A folder for the overlay that a restore is asked for with."""
    folder = OVERLAYS / "e2e-restored"
    folder.mkdir(exist_ok=True)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.usefixtures("archive")
def test_the_database_is_restored_to_a_moment_and_reconcile_brings_the_rest(
    make: Make,
    cluster: Kubectl,
    gateway: Gateway,
    overlay: Path,
    put: Callable[[str, bytes], None],
    record: Record,
) -> None:
    make("up", DATABASE_OVERLAY="lab-backup")
    seconds = eventually(lambda: _condition(cluster, database.NAME, "ContinuousArchiving") == "True", 300, 1)
    record(f"ContinuousArchiving: True, {seconds:.0f} s after `make up` with components/backup")
    record(_back_up(cluster, database.NAME))
    _arrive(put, gateway, "before")
    before, state = gateway.get("/movies?limit=1000").content, gateway.get("/status").json()
    moment = _sql(cluster, database.NAME, "SELECT now()")
    _arrive(put, gateway, "after")
    _sql(cluster, database.NAME, "SELECT pg_switch_wal()")
    eventually(lambda: _sql(cluster, database.NAME, _ALL_ARCHIVED) == "t", 120, 1)
    whole = gateway.get("/movies?limit=1000").content
    record(f"at {moment}: {state['movies']:,} movies; then one more, and its WAL is in the archive")

    make("down")
    kustomization = {"resources": ["../lab-backup"], "components": ["../../components/restore"]}
    target = [
        {"op": "add", "path": "/spec/bootstrap/recovery/recoveryTarget", "value": {"targetTime": moment}}
    ]
    patches = [{"target": {"kind": "Cluster"}, "patch": json.dumps(target)}]
    (overlay / "kustomization.yaml").write_text(json.dumps({**kustomization, "patches": patches}))
    begun = time.monotonic()
    cluster.apply(cluster.run("kustomize", str(overlay)))
    wait_until(
        RESTORED, lambda: database.reason_not_ready(cluster.get(database.KIND, RESTORED, DATABASE)), 900
    )
    record(f"{RESTORED}: three instances after {time.monotonic() - begun:.0f} s")
    assert _sql(cluster, RESTORED, "SELECT movie_count FROM data_version") == str(state["movies"])
    _sql(cluster, RESTORED, "UPDATE data_version SET epoch = DEFAULT")

    make("up", DATABASE_OVERLAY=overlay.name)
    eventually(lambda: gateway.get("/status").status_code == 200, 60)
    found = gateway.get("/status").json()
    assert gateway.get("/movies?limit=1000").content == before
    assert found["data_version"].partition("-")[0] != state["data_version"].partition("-")[0]
    record(f"served from {RESTORED}: version {found['data_version']}, {found['movies']:,} movies, as before")
    forwarding.wake(cluster, "ingest")
    make("reconcile", CLUSTER="yes")
    eventually(lambda: gateway.get("/movies?limit=1000").content == whole, 120, 1)
    record("after reconcile: what came later is there, too, byte by byte")
    eventually(lambda: _condition(cluster, RESTORED, "ContinuousArchiving") == "True", 300, 1)
    record(_back_up(cluster, RESTORED))


# The segment before the one that is written to now.
_ALL_ARCHIVED = "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 16 * 1024 * 1024) FROM pg_stat_archiver"


def _condition(cluster: Kubectl, name: str, kind: str) -> str:
    conditions = (cluster.get(database.KIND, name, DATABASE) or {})["status"].get("conditions", ())
    return next((each["status"] for each in conditions if each["type"] == kind), "not known")


def _back_up(cluster: Kubectl, name: str) -> str:
    """Make a base backup now; what it says of itself."""
    made = f"{name}-{int(time.time())}"
    spec = {"cluster": {"name": name}, "method": "plugin", "pluginConfiguration": {"name": PLUGIN}}
    metadata = {"name": made, "namespace": DATABASE}
    cluster.apply_object(
        {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Backup", "metadata": metadata, "spec": spec}
    )

    def reason() -> str:
        status = (cluster.get(BACKUP, made, DATABASE) or {}).get("status", {})
        assert status.get("phase") != "failed", status
        return "" if status.get("phase") == "completed" else status.get("phase", "not begun")

    wait_until(made, reason, 600)
    status = (cluster.get(BACKUP, made, DATABASE) or {})["status"]
    return f"backup of {name}: completed, {status['backupId']}, WAL from {status['beginWal']} to {status['endWal']}"


def _arrive(put: Callable[[str, bytes], None], gateway: Gateway, name: str) -> None:
    """A file with one movie, up to the answer."""
    title = f"Archived {name}"
    put(f"archived-{name}.json", json.dumps([{"title": title, "year": 2002}]).encode())
    eventually(lambda: gateway.get(f"/movies/name/{title}").status_code == 200, 120, 0.5)


def _sql(cluster: Kubectl, name: str, statement: str) -> str:
    """One value, asked of the primary."""
    primary = (cluster.get(database.KIND, name, DATABASE) or {})["status"]["currentPrimary"]
    command = ["psql", "--no-psqlrc", "-qAt", "-d", "movie", "-c", statement]
    return cluster.run("exec", "-n", DATABASE, primary, "-c", "postgres", "--", *command).strip()
