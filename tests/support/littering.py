"""Run `python -m query`, and write what only the garbage collector finds into the file LITTER at each SIGUSR1.

The first time it is what the start has left; from then on what was left since the time before.
"""

from __future__ import annotations

import gc
import json
import os
import signal
from collections import Counter
from pathlib import Path
from types import FrameType

from query.__main__ import main


def tell(_number: int, _frame: FrameType | None) -> None:
    """Types and how many objects of each, as JSON."""
    known = len(gc.garbage)  # what was found stays there: let go, it would be found again
    gc.collect()
    found = Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.garbage[known:])
    file = Path(os.environ["LITTER"])
    file.with_suffix(".new").write_text(json.dumps(found))
    file.with_suffix(".new").rename(file)


if __name__ == "__main__":
    gc.set_debug(gc.DEBUG_SAVEALL)
    signal.signal(signal.SIGUSR1, tell)
    main()
