"""The prober as a process, and its answers judged: answered, refused, failed, wrong, and until when."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from local import processes
from local.errors import StackError
from local.settings import ROOT
from tests.bench.histogram import Histogram
from tests.faults.records import Movie, expected


class Answer(NamedTuple):
    """One answer, as the prober writes it down; `due` in time.monotonic's seconds."""

    due: float
    first_byte_s: float
    status: int
    path: str
    kept: bool
    etag: str
    marked: bool
    body: str

    @property
    def is_refusal(self) -> bool:
        """A 503 of the service itself: it says that it cannot now."""
        return self.status == 503


def unmarked(answers: list[Answer], since: float, until: float) -> list[Answer]:
    """What was asked and answered between two moments (time.monotonic) and does not say that it may be behind."""
    return [
        each
        for each in answers
        if each.status == 200
        and since <= each.due
        and each.due + each.first_byte_s <= until
        and not each.marked
    ]


@dataclass
class Verdict:
    """What callers noticed. `first_byte` holds every answer's time, refusals and failures too."""

    requests: int = 0
    failed: list[Answer] = field(default_factory=list)
    refused: list[Answer] = field(default_factory=list)
    wrong: list[Answer] = field(default_factory=list)
    marked: int = 0
    first_byte: Histogram = field(default_factory=Histogram)
    accepted: Histogram = field(default_factory=Histogram)
    worst_s: float = 0.0

    def last_bad(self, since: float, kinds: str = "failed refused") -> float:
        """Seconds from `since` to the last request that was not answered as it should; 0.0 for none."""
        bad = [answer for kind in kinds.split() for answer in getattr(self, kind)]
        return max((answer.due - since for answer in bad), default=0.0) if bad else 0.0


class Probing:
    """A run of the prober, from `start` to `answers`."""

    _asked = 0  # by all runs of this process: no fresh question is asked twice

    def __init__(self, port: int, host: str, rate: int, folder: Path) -> None:
        self._file = folder / "answers.json"
        self._file.unlink(missing_ok=True)
        self._log = folder / "prober.log"
        arguments = [str(port), host, str(rate), str(Probing._asked), str(self._file)]
        path = os.pathsep.join([str(ROOT), str(ROOT / "functions" / "ingest")])
        environment = {**os.environ, "PYTHONPATH": path}
        self._process = processes.start(
            [sys.executable, "-m", "tests.faults.prober", *arguments], log=self._log, environment=environment
        )

    def stop(self) -> tuple[list[Answer], dict[str, str]]:
        """The answers, and their bodies by name."""
        code = processes.stop(self._process, by=signal.SIGTERM, timeout_s=30)
        if code != 0 or not self._file.exists():
            raise StackError(f"the prober failed:\n{processes.last_lines(self._log)}")
        written = json.loads(self._file.read_text())
        answers = [Answer(*each) for each in written["answers"]]
        Probing._asked += len(answers)
        return answers, written["bodies"]

    def kill(self) -> None:
        processes.kill(self._process)


@contextmanager
def probing(port: int, host: str, rate: int, folder: Path) -> Iterator[Probing]:
    """Ask all the while."""
    made = Probing(port, host, rate, folder)
    try:
        yield made
    finally:
        made.kill()


class Oracle:
    """Whether a body is right, from what was stored at its data version."""

    def __init__(self, movies_at: Callable[[int], list[Movie]], bodies: Mapping[str, str]) -> None:
        self._movies_at = movies_at
        self._bodies = bodies
        self._known: dict[tuple[str, int, str], bool] = {}

    def is_right(self, answer: Answer) -> bool:
        """Of an answer with status 200: the body is the one for the version that its ETag names."""
        version = int(answer.etag.strip('"').split("-")[1])
        key = (answer.path, version, answer.body)
        if key not in self._known:
            self._known[key] = self._same(answer, self._movies_at(version))
        return self._known[key]

    def _same(self, answer: Answer, movies: list[Movie]) -> bool:
        try:
            return bool(json.loads(self._bodies[answer.body]) == expected(answer.path, movies))
        except ValueError:
            return False


def judge(answers: list[Answer], oracle: Oracle) -> Verdict:
    """Every answer into its place."""
    verdict = Verdict(len(answers))
    for answer in answers:
        verdict.first_byte.record(answer.first_byte_s)
        verdict.worst_s = max(verdict.worst_s, answer.first_byte_s)
        verdict.marked += answer.marked
        if answer.is_refusal:
            verdict.refused.append(answer)
        elif answer.status != 200:
            verdict.failed.append(answer)
        else:
            verdict.accepted.record(answer.first_byte_s)
            if not oracle.is_right(answer):
                verdict.wrong.append(answer)
    return verdict
