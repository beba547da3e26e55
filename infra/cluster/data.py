"""The data: what the database holds, asked of its primary, and what query serves of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import urllib3

from infra.cluster import database, forwarding
from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import DATABASE

Document = dict[str, Any]
_SQL = Path(__file__).with_name("ledger.sql")
_WAIT_S = 10


def held(cluster: Kubectl, database_name: str) -> Document:
    """What ledger.sql gives. Wakes nobody: ingest may sleep. Raises ClusterError."""
    found = cluster.get(database.KIND, database_name, DATABASE) or {}
    primary = found.get("status", {}).get("currentPrimary")
    if not primary:
        raise ClusterError("the database has no primary")
    command = ["psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", "movie", "-f", "-"]
    text = cluster.run(
        "exec", "-i", "-n", DATABASE, primary, "-c", "postgres", "--", *command,
        stdin=_SQL.read_text(), timeout_s=_WAIT_S,
    )  # fmt: skip
    document: Document = json.loads(text)
    return document


def served(cluster: Kubectl) -> Document:
    """What /status of a pod of query says. Raises ClusterError."""
    try:
        with forwarding.function(cluster, "query") as port:
            answer = urllib3.request(
                "GET", f"http://127.0.0.1:{port}/status", timeout=urllib3.Timeout(_WAIT_S), retries=False
            )
            document: Document = json.loads(answer.data)
    except (urllib3.exceptions.HTTPError, ValueError):
        raise ClusterError("query does not answer") from None
    if answer.status != 200:
        raise ClusterError(f"query answers {answer.status}: {document.get('detail', '')}")
    return document
