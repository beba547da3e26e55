"""The roles and the database, on a server where we are its superuser."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2 import sql

SUPERUSER = "postgres"
ROLES = ("app", "movie_ingest", "movie_query")
DATABASE = "movie"
_ROLES_SQL = Path(__file__).parents[1] / "infra" / "postgres" / "base" / "roles.sql"


def load_passwords(file: Path) -> dict[str, str]:
    """The passwords of all roles, made once and kept where only we can read them."""
    if file.exists():
        kept: dict[str, str] = json.loads(file.read_text())
        return kept
    made = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}
    fresh = file.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
        json.dump(made, output)
    fresh.replace(file)
    return made


def create_roles(url: str, passwords: Mapping[str, str]) -> None:
    """Create the roles or set them right; `url` is a superuser's, or of one who may create roles."""
    with closing(psycopg2.connect(url, connect_timeout=10)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(_ROLES_SQL.read_text())
            for role in ROLES:
                cursor.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(passwords[role])
                    )
                )


def create_database(url: str, name: str = DATABASE, template: str = "template1") -> bool:
    """Create a database that `app` owns, unless it exists; returns whether it was created.

    Nobody but the three roles may connect to it. That `app` owns the schema
    `public` too makes PostgreSQL 14 like the later ones.
    """
    with closing(psycopg2.connect(url, connect_timeout=10)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
            if cursor.fetchone() is not None:
                return False
            database = sql.Identifier(name)
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER app TEMPLATE {}").format(database, sql.Identifier(template))
            )
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
            cursor.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO movie_ingest, movie_query").format(database)
            )
            # Ingest gathers a file in temporary tables before anyone may see it.
            cursor.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO movie_ingest").format(database))
            return True


def give_schema(url: str) -> None:
    """Make `app` the owner of the schema `public` of the database that `url` names."""
    with closing(psycopg2.connect(url, connect_timeout=10)) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER SCHEMA public OWNER TO app; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.commit()
