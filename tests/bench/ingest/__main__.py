"""`make bench-ingest MEGABYTES=2048`: 0 leaves the large file out. Writes docs/performance.md."""

from __future__ import annotations

import os
import sys

from tests.bench import machine
from tests.bench.ingest import large, many, report, small
from tests.bench.ingest.system import system
from tests.bench.settings import Settings


def main() -> None:
    given = os.environ.get("MEGABYTES", "2048")
    if not given.isdigit() or int(given) > 100_000:
        sys.exit(f"bench: MEGABYTES must be a whole number up to 100000, not {given[:40]!r}")
    settings, load_before = Settings(), os.getloadavg()[0]
    with system() as here:
        print(f"storing {settings.data} through S3 and events, {small.ROUNDS} times", flush=True)
        files = small.measure(here, settings.data)
        print(f"{many.FILES} small files", flush=True)
        rates = many.measure(here)
        print(f"one file of {given} MiB", flush=True)
        one = large.measure(here, int(given) << 20) if int(given) else None
        version = str(here.database("asked").rows("SHOW server_version")[0][0]).split()[0]
    body = report.text(files, rates, one, machine.description(version, load_before))
    print(body)
    if settings.write:
        report.write(body)


if __name__ == "__main__":
    main()
