"""`make migrate`: what the database lacks of infra/postgres/migrations, by the Job."""

from __future__ import annotations

from infra.cluster import database, kubectl, settings
from infra.cluster.errors import told


def main() -> None:
    with told("migrate"):
        database.migrate(kubectl.find(), settings.load())


if __name__ == "__main__":
    main()
