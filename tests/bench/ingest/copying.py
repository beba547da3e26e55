"""The yardstick: psql's \\copy of the same rows into the same tables, with their indexes and constraints."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from local import roles
from local.migrate import migrate
from local.postgres import Postgres

# In the order of their foreign keys.
TABLES = (
    "contents",
    "files",
    "rejects",
    "records",
    "people",
    "genres",
    "movies",
    "movie_people",
    "movie_genres",
)


def seconds(postgres: Postgres, source: str, folder: Path) -> float:
    """Copy the rows of the database `source` out, and into a fresh one: the time of the latter."""
    folder.mkdir(exist_ok=True)
    _psql(postgres, source, (f"\\copy {table} TO '{folder / table}'" for table in TABLES))
    fresh = f"{source}_copied"
    roles.create_database(postgres.url(roles.SUPERUSER, "postgres"), fresh, "template1")
    roles.give_schema(postgres.url(roles.SUPERUSER, fresh))
    migrate(postgres.url("app", fresh))
    _psql(postgres, fresh, ["CHECKPOINT"], role=roles.SUPERUSER)
    began = time.monotonic()
    _psql(postgres, fresh, (f"\\copy {table} FROM '{folder / table}'" for table in TABLES))
    took = time.monotonic() - began
    _psql(postgres, "postgres", [f'DROP DATABASE "{fresh}"'], role=roles.SUPERUSER)
    return took


def _psql(postgres: Postgres, database: str, commands: Iterable[str], role: str = "app") -> None:
    script = "\n".join(command if command.startswith("\\") else f"{command};" for command in commands)
    program = [str(postgres.server.bin / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    if "\\copy" in script:
        program.append("--single-transaction")
    subprocess.run(
        [*program, postgres.url(role, database)], input=script, text=True, check=True, timeout=7200
    )
