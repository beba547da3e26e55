"""How much waits in the queues, asked with the keys and of the endpoint that the system itself runs with."""

from __future__ import annotations

import boto3

from infra.aws import queue as aws_queue
from infra.aws.clients import CONFIG
from infra.aws.errors import translated
from infra.aws.queue import Depths
from infra.cluster import road
from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import AWS_KEYS, FUNCTIONS, SOURCE, values


def depths(cluster: Kubectl) -> Depths:
    """Of the queue that the source reads, and of its dead letters. Raises ClusterError."""
    source = cluster.get(road.INTEGRATION, "files", SOURCE)
    settings = cluster.get("configmap", "movie-data", FUNCTIONS)
    keys = cluster.get("secret", "aws-auth", FUNCTIONS)
    if source is None or settings is None:
        raise ClusterError("there is no source")
    given = values(keys) if keys else {}  # else boto3 looks where it always does
    client = boto3.client(
        "sqs",
        region_name=settings["data"]["AWS_REGION"],
        endpoint_url=settings["data"].get("AWS_ENDPOINT_URL"),
        aws_access_key_id=given.get(AWS_KEYS[0]),
        aws_secret_access_key=given.get(AWS_KEYS[1]),
        config=CONFIG,
    )
    with translated():
        return aws_queue.depths(client, source["spec"]["aws"]["sqs"]["arn"])
