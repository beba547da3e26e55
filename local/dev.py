"""`make dev`: `make run`, in which a function starts anew whenever its code changes."""

from __future__ import annotations

import os
import time

from local import run
from local.errors import PartStopped
from local.part import Part
from local.settings import ROOT
from local.stack import Stack
from local.stamps import stamps

FUNCTIONS = ("query", "ingest")
_LOOK_S = 0.3


class Reloading(Stack):
    """The stack, with an eye on the functions' folders. Code that cannot start is told, not the end of it all."""

    def watch(self) -> None:
        """Go on until a part other than a function ends."""
        print("code is reloaded when it changes: functions/query, functions/ingest", flush=True)
        seen = {name: stamps(ROOT / "functions" / name) for name in FUNCTIONS}
        while True:
            for each in self.parts:
                if each.name not in FUNCTIONS:
                    each.check()
            for name in FUNCTIONS:
                now = stamps(ROOT / "functions" / name)
                if now != seen[name]:
                    changed = sorted(path.name for path, _ in now ^ seen[name])
                    seen[name] = now
                    print(f"{name}: {', '.join(dict.fromkeys(changed))} changed", flush=True)
                    self._renew(name)
            time.sleep(_LOOK_S)

    def _renew(self, name: str) -> None:
        (before,) = [each for each in self.parts if each.name == name]
        before.stop()
        self.parts.remove(before)
        began = time.monotonic()
        after: Part = self.start_function(name)
        try:
            after.wait_until_ready()
        except PartStopped as error:
            print(f"{error}\n{name} is started again at the next change", flush=True)
        else:
            print(f"{name}: started anew in {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("QUERY_DRAIN_MS", "0")  # nobody else has to be told that it goes
    run.main(Reloading)
