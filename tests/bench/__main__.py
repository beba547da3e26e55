"""`python -m tests.bench [compare | servers | coldstart | scale | browser]`; the settings are in settings.py."""

from __future__ import annotations

import signal
import sys

from tests.bench import browser, compare, scale, wsgi
from tests.bench.agreement import WrongAnswer
from tests.bench.settings import Settings

COMMANDS = {
    "compare": compare.run,
    "servers": wsgi.run,
    "coldstart": wsgi.cold_start,
    "scale": scale.run,
    "browser": browser.run,
}


def main() -> None:
    name = sys.argv[1] if len(sys.argv) == 2 else "compare"
    if name not in COMMANDS or len(sys.argv) > 2:
        sys.exit(f"bench: give one of {', '.join(COMMANDS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    try:
        COMMANDS[name](Settings())
    except WrongAnswer as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit("bench: stopped")


if __name__ == "__main__":
    main()
