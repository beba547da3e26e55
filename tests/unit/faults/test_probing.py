"""The judge of answers is able to find fault."""

from __future__ import annotations

import json

from tests.faults.probing import Answer, Oracle, judge, unmarked
from tests.faults.records import KEPT, arrival, base, expected, fresh

PATH = "/movies/year/1990"
AT = {7: base(), 8: [*base(), *arrival(0)]}


def answer(version: int, status: int = 200) -> Answer:
    return Answer(100.0, 0.001, status, PATH, True, f'"abc-{version}"', False, "body")


def oracle(document: object) -> Oracle:
    return Oracle(lambda version: AT[version], {"body": json.dumps(document)})


def test_a_body_is_right_for_its_own_data_version_alone() -> None:
    before, after = expected(PATH, AT[7]), expected(PATH, AT[8])
    assert before != after
    assert not judge([answer(7)], oracle(before)).wrong
    assert judge([answer(8)], oracle(before)).wrong == [answer(8)]
    assert judge([answer(7)], oracle(after)).wrong == [answer(7)]


def test_another_order_or_a_body_that_is_cut_is_wrong() -> None:
    movies = expected(PATH, AT[7])
    assert isinstance(movies, list)
    assert judge([answer(7)], oracle(movies[::-1])).wrong
    assert judge([answer(7)], Oracle(lambda version: AT[version], {"body": json.dumps(movies)[:-1]})).wrong


def test_a_refusal_a_failure_and_silence_are_told_apart() -> None:
    verdict = judge([answer(7, 503), answer(7, 502), answer(7, 0)], oracle([]))
    assert [each.status for each in verdict.refused] == [503]
    assert [each.status for each in verdict.failed] == [502, 0]
    assert verdict.last_bad(99.0) == 1.0


def test_an_answer_without_a_mark_is_found_in_its_time_alone() -> None:
    plain = answer(7)  # asked at 100.0, answered at 100.001
    assert unmarked([plain], 99.0, 101.0) == [plain]
    assert unmarked([plain._replace(marked=True), answer(7, 503)], 99.0, 101.0) == []
    assert unmarked([plain], 100.5, 101.0) == unmarked([plain], 99.0, 100.0) == []


def test_every_kept_question_has_an_answer_and_fresh_ones_never_repeat() -> None:
    assert all(expected(path, base()) for path in KEPT)
    assert len({fresh(number) for number in range(50_000)}) == 50_000
