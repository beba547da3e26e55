"""What is put into Secrets."""

from __future__ import annotations

from psycopg2.extensions import parse_dsn

from infra.cluster.secrets import connection, secret, values


def test_query_asks_a_standby_first_and_checks_the_servers_name() -> None:
    parsed = parse_dsn(connection("films", "movie_query", "p@ss/word"))
    assert parsed["host"] == "films-ro.movie-db.svc,films-rw.movie-db.svc"
    assert parsed["target_session_attrs"] == "prefer-standby"
    assert parsed["sslmode"] == "verify-full"
    assert parsed["password"] == "p@ss/word"  # noqa: S105 # pragma: allowlist secret - made up


def test_ingest_writes_to_the_primary_only() -> None:
    parsed = parse_dsn(connection("films", "movie_ingest", "x"))
    assert parsed["host"] == "films-rw.movie-db.svc"
    assert parsed["target_session_attrs"] == "read-write"


def test_a_secret_holds_what_was_put_in() -> None:
    assert values(secret("name", "space", {"key": "wört"})) == {"key": "wört"}
