"""The Secrets: made at install, never written down anywhere else. Those that are there are kept."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from urllib.parse import quote

from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Kubectl, Object

DATABASE, FUNCTIONS, SOURCE = "movie-db", "movie-data", "movie-events"
CA_PATH = "/etc/movie-db/ca.crt"
AWS_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
# Query reads from a standby where there is one, else from the primary.
CONNECTIONS = {
    "movie_ingest": (("rw",), "read-write"),
    "movie_query": (("ro", "rw"), "prefer-standby"),
}


def make_role_passwords(kubectl: Kubectl) -> None:
    """What the operator sets as the passwords of the two roles; a changed one takes effect by itself."""
    for role in CONNECTIONS:
        name = f"{role.replace('_', '-')}-role"
        if kubectl.get("secret", name, DATABASE) is None:
            made = secret(
                name,
                DATABASE,
                {"username": role, "password": secrets.token_urlsafe(24)},
                "kubernetes.io/basic-auth",
            )
            made["metadata"]["labels"] = {"cnpg.io/reload": "true"}
            kubectl.apply_object(made)


def give_connections(kubectl: Kubectl, cluster: str) -> None:
    """The functions' Secrets: how to connect to a cluster, the authority to trust, and ingest's token."""
    authority = wanted(kubectl, f"{cluster}-ca", DATABASE)
    kubectl.apply_object(secret("movie-db-ca", FUNCTIONS, {"ca.crt": authority["ca.crt"]}))
    kept = kubectl.get("secret", "movie-ingest", FUNCTIONS)
    token = values(kept).get("INGEST_TOKEN") if kept else None
    for role in CONNECTIONS:
        name = role.replace("_", "-")
        data = {
            "DATABASE_URL": connection(cluster, role, wanted(kubectl, f"{name}-role", DATABASE)["password"])
        }
        if role == "movie_ingest":
            data["INGEST_TOKEN"] = token or secrets.token_urlsafe(24)
        kubectl.apply_object(secret(name, FUNCTIONS, data))


def connection(cluster: str, role: str, password: str) -> str:
    """libpq's connection string of a role, with the server's name checked."""
    kinds, wanted_session = CONNECTIONS[role]
    hosts = ",".join(f"{cluster}-{kind}.{DATABASE}.svc:5432" for kind in kinds)
    options = f"sslmode=verify-full&sslrootcert={CA_PATH}&target_session_attrs={wanted_session}"
    return f"postgresql://{role}:{quote(password, safe='')}@{hosts}/movie?{options}"


def give_aws_keys(kubectl: Kubectl, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The Secret aws-auth, made from the environment where it is not there, and the source's form of it.

    Returns the keys.
    """
    found = kubectl.get("secret", "aws-auth", FUNCTIONS)
    keys = values(found) if found else {name: environment.get(name, "").strip() for name in AWS_KEYS}
    missing = [name for name in AWS_KEYS if not keys.get(name)]
    if missing:
        where = f"the Secret aws-auth in {FUNCTIONS}" if found else "the environment"
        raise ClusterError(f"{' and '.join(missing)} not found in {where}")
    if found is None:
        kubectl.apply_object(secret("aws-auth", FUNCTIONS, {name: keys[name] for name in AWS_KEYS}))
    derived = {"aws.accessKey": keys[AWS_KEYS[0]], "aws.secretKey": keys[AWS_KEYS[1]]}
    kubectl.apply_object(secret("aws-sqs", SOURCE, derived))
    return {name: keys[name] for name in AWS_KEYS}


def secret(name: str, namespace: str, data: Mapping[str, str], kind: str = "Opaque") -> Object:
    """A Secret as an object to apply."""
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    metadata: Object = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind, "data": encoded}


def values(found: Object) -> dict[str, str]:
    """What a Secret holds."""
    return {key: base64.b64decode(value).decode() for key, value in (found.get("data") or {}).items()}


def wanted(kubectl: Kubectl, name: str, namespace: str) -> dict[str, str]:
    """What a Secret that must be there holds."""
    found = kubectl.get("secret", name, namespace)
    if found is None:
        raise ClusterError(f"the Secret {name} in {namespace} is not there: run `make up`")
    return values(found)
