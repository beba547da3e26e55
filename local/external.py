"""A PostgreSQL that somebody else runs (DATABASE_URL): what the migrations need of it."""

from __future__ import annotations

from contextlib import closing

import psycopg2
from psycopg2 import sql

from local.errors import StackError
from local.roles import ROLES

_GRANTED = ("movie_ingest", "movie_query")  # the roles that the migrations name


def roles_on(url: str) -> dict[str, str]:
    """The one given role plays all three; the roles that the migrations grant rights to must exist.

    Missing ones are created without a login where the given role may do so;
    what exists is not touched.
    """
    try:
        with closing(psycopg2.connect(url, connect_timeout=10)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", (list(_GRANTED),))
            present = {name for (name,) in cursor.fetchall()}
            for role in sorted(set(_GRANTED) - present):
                cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
            cursor.execute("SELECT current_user, current_database()")
            user, database = cursor.fetchone() or ("", "")
    except psycopg2.errors.InsufficientPrivilege:
        raise StackError(
            "the role in DATABASE_URL may not create the roles movie_ingest and movie_query:"
            " let an administrator run infra/postgres/base/roles.sql there once"
        ) from None
    except psycopg2.OperationalError as error:
        raise StackError(f"DATABASE_URL: {str(error).strip()}") from None
    print(f"using the database {database} of DATABASE_URL; {user} plays app, movie_ingest and movie_query")
    return dict.fromkeys(ROLES, url)
