"""`make faults`: each fault TRIES times, a line for each try, a row for each fault; the settings are in settings.py."""

from __future__ import annotations

import shutil
import signal
import sys

from local.errors import StackError
from tests.faults import table
from tests.faults.catalogue import MODULES, load
from tests.faults.fault import Absent, Fault
from tests.faults.repeating import tries
from tests.faults.settings import Settings
from tests.faults.settings import load as load_settings
from tests.faults.system import System, system


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    try:
        settings = load_settings()
        sys.exit(0 if run(chosen(settings.names), settings) else 1)
    except StackError as error:
        sys.exit(f"faults: {error}")


def chosen(names: tuple[str, ...]) -> list[Fault[System]]:
    """The faults of these names, or all; raises StackError for a name that none has."""
    if unknown := set(names) - set(MODULES):
        raise StackError(f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    return [fault for fault in load() if not names or fault.name in names]


def run(faults: list[Fault[System]], settings: Settings) -> bool:
    """Whether every try of every fault went as expected."""
    held = [_held(fault, settings) for fault in faults]  # all of them, whatever the first one gave
    return all(held)


def _held(fault: Fault[System], settings: Settings) -> bool:
    """On a system of its own: what one fault has left is no other's, and the files to audit do not become more and more."""
    with system() as here:
        try:
            return _row(fault, here, settings)
        except Absent as absent:
            print(f"{fault.name} is left out: {absent}", flush=True)
            return True
        finally:
            if settings.logs:
                shutil.copytree(
                    here.folder,
                    settings.logs / fault.name,
                    dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("data", "*.sock"),
                )


def _row(fault: Fault[System], here: System, settings: Settings) -> bool:
    made = tries(fault, here, settings)
    if settings.write:
        table.keep(table.name_of(fault, settings), table.row(fault, made, settings), MODULES)
    return all(each.held for each in made)


if __name__ == "__main__":
    main()
