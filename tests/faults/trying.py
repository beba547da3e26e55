"""One try of a fault: ask, break, cure, watch, audit."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg2

from tests.faults.audit import Audit
from tests.faults.fault import Fault, T
from tests.faults.probing import Answer, Oracle, Verdict, judge, probing, unmarked
from tests.faults.settings import Settings
from tests.faults.target import Target
from tests.faults.uploading import arriving

# The promise of docs/query.md: 3.5 s after the database was last heard; and what the break itself takes.
MARKED_AFTER_S = 4.0
CALM_S = 1.0  # asked before anything breaks: what is kept is in memory by then


@dataclass
class Try:
    """verdict: what callers noticed. Seconds since the cure: clean_s until every answer was right again,
    files_s until every file was stored. complaints: what was not as it must be; late: what took too long.
    """

    verdict: Verdict
    clean_s: float
    files_s: float
    complaints: list[str]
    late: list[str]

    @property
    def held(self) -> bool:
        return not (self.complaints or self.late)


def run(fault: Fault[T], target: T, settings: Settings) -> Try:
    """Break the system once, and see."""
    lasts_s = settings.away_s if fault.lasts_s is None else fault.lasts_s
    target.make_whole()
    with fault.prepared(target), probing(target.port, target.host, settings.rate, target.folder) as asking:
        time.sleep(CALM_S + 0.5)  # the prober takes a moment to start
        with arriving(target, fault.files_every_s):
            fault.break_(target)
            broken = time.monotonic()
            time.sleep(lasts_s)
        # What arrived until now is what must be there in the end.
        ending = time.monotonic()
        fault.cure(target)
        cured = time.monotonic()
        files_s = _wait_for_files(target, cured, fault.files_after_s)
        time.sleep(max(0.0, cured + fault.after_s - time.monotonic()))
        answers, bodies = asking.stop()
    audit = Audit(target)
    verdict = judge(answers, Oracle(audit.movies_at, bodies))
    clean_s = max(0.0, verdict.last_bad(cured))
    complaints = [*audit.complaints(), *target.found, *_complaints(fault, verdict)]
    if fault.marks:
        complaints += _without_mark(unmarked(answers, broken + MARKED_AFTER_S, ending))
    return Try(verdict, clean_s, files_s, complaints, [*target.late, *_late(fault, verdict, clean_s)])


def _wait_for_files(target: Target, cured: float, seconds_max: float) -> float:
    """Seconds from the cure until every file was stored; beyond `seconds_max` where they were not."""
    while not _has_all_files(target) and time.monotonic() - cured <= seconds_max:
        time.sleep(0.2)
    return time.monotonic() - cured


def _has_all_files(target: Target) -> bool:
    try:
        return target.has_all_files()
    except psycopg2.Error:
        return False


def _complaints(fault: Fault[T], verdict: Verdict) -> list[str]:
    """Answers that the fault does not allow."""
    found = []
    if len(verdict.failed) > fault.failed_max:
        kinds = {answer.status or "no answer" for answer in verdict.failed}
        found.append(f"{len(verdict.failed)} failed ({', '.join(map(str, sorted(kinds, key=str)))})")
    surprising = [
        each for each in verdict.refused if fault.refuses != "all" and (each.kept or not fault.refuses)
    ]
    if surprising:
        found.append(f"{len(surprising)} refused, the first {surprising[0].path}")
    if verdict.wrong:
        found.append(f"{len(verdict.wrong)} wrong, the first {verdict.wrong[0].path}")
    return found


def _without_mark(answers: list[Answer]) -> list[str]:
    return [f"{len(answers)} without a mark, the first {answers[0].path}"] if answers else []


def _late(fault: Fault[T], verdict: Verdict, clean_s: float) -> list[str]:
    """Times beyond what the fault allows."""
    found = []
    if verdict.worst_s > fault.first_byte_s_max:
        found.append(f"the slowest first byte took {verdict.worst_s:.2f} s")
    if clean_s > fault.clean_after_s:
        found.append(f"not whole until {clean_s:.1f} s after the cure")
    accepted = verdict.accepted.quantile(0.99) if verdict.accepted.total else 0.0
    if accepted > fault.accepted_p99_s_max:
        found.append(f"p99 of what was accepted was {accepted * 1000:.0f} ms")
    return found
