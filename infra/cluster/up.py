"""`make up`: the whole system on a cluster. Every step can be repeated; an interrupted one goes on."""

from __future__ import annotations

import os

from infra.aws import road as aws_road
from infra.cluster import database, doctor, functions, kubectl, road, secrets, settings, status
from infra.cluster.errors import ClusterError, told


def main() -> None:
    with told("up"):
        up()


def up() -> None:
    chosen = settings.load()
    if not (chosen.region and chosen.bucket):
        raise ClusterError("name the bucket: make up AWS_REGION=eu-central-1 AWS_BUCKET_NAME=your-bucket")
    cluster = kubectl.find()
    doctor.require(cluster)
    _step("namespaces and keys")
    road.namespaces(cluster, chosen)
    keys = secrets.give_aws_keys(cluster)
    _step("queue and notification")
    arn = chosen.queue_arn or _queue(chosen, keys)
    print(f"  {arn}")
    _step("database")
    database.apply(cluster, chosen)
    secrets.give_connections(cluster, database.name(cluster, chosen))
    _step("migrations")
    database.migrate(cluster, chosen)
    _step("event road")
    road.apply(cluster, chosen, arn)
    _step("functions")
    for name in functions.NAMES:
        functions.deploy(cluster, chosen, name)
    road.wait(cluster)
    _step("done")
    status.show(cluster, database.name(cluster, chosen))


def _queue(chosen: settings.Settings, keys: dict[str, str]) -> str:
    """Make queue and notification as who aws-auth is, unless the environment names another."""
    os.environ.update({name: os.environ.get(name) or value for name, value in keys.items()})
    return aws_road.up(chosen.region, chosen.bucket, chosen.queue, chosen.endpoint or None)


def _step(title: str) -> None:
    print(f"{title}", flush=True)


if __name__ == "__main__":
    main()
