"""The line before the sessions, on a clock that is turned by hand: four servers, a service of 10 ms."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from query.errors import Overloaded
from query.line import (
    CALM_SECONDS,
    EXPECTED_WAIT_SECONDS_MAX,
    STANDING_SECONDS,
    STANDING_WAIT_SECONDS_MAX,
    Line,
    Waiter,
)

SERVERS, SERVICE_S, LENGTH_MAX = 4, 0.01, 64
BURST_S = 0.003  # at 10,000 a second: 30 requests, 75 ms of work
CAPACITY = SERVERS / SERVICE_S  # a second
AT_ONCE = 3  # of one kind

Waiting = Waiter[str, float, bool]


@dataclass
class Queue:
    """Requests at even distances; what became of each, by the time at which it came."""

    now: float = 0.0
    service_s: float = SERVICE_S
    waits: dict[float, float] = field(default_factory=dict)
    refused: dict[float, float] = field(default_factory=dict)  # the time until it was told
    busy: list[float] = field(default_factory=list)  # when each server will be free
    served: int = 0
    waiting: dict[float, Waiting] = field(default_factory=dict)
    rested: int = 0  # how often a server rested while somebody waited

    def __post_init__(self) -> None:
        self.line: Line[str, float, bool] = Line(LENGTH_MAX, lambda: self.now)

    def join(self, kind: str | None = None) -> Waiting:
        return self.line.join(self.now, kind)

    def serve(self) -> list[Waiting]:
        """A server is free."""
        turn = self.line.serve(lambda _kind: AT_ONCE)
        for each in turn:
            each.turn.set_result(True)
        return turn

    def begin(self, *came: float) -> None:
        """One service, for all of these."""
        self.waits.update((each, self.now - each) for each in came)
        self.served += len(came)
        heapq.heappush(self.busy, self.now + self.service_s)

    def settle(self) -> None:
        """What `serve` has decided."""
        for came, waiter in list(self.waiting.items()):
            if waiter.turn.done():
                del self.waiting[came]
                if waiter.turn.exception() is not None:
                    self.refused[came] = self.now - came

    def run(self, rate: float, seconds: float, kind: str | None = None) -> None:
        """Requests at this rate from now on."""
        arrivals = [self.now + number / rate for number in range(int(rate * seconds))]
        for came in [*arrivals, self.now + seconds]:
            while self.busy and self.busy[0] <= came:
                self.now = heapq.heappop(self.busy)
                turn = self.serve()
                if turn:
                    self.begin(*(each.asked for each in turn))
                self.rested += not turn and bool(self.waiting)
                self.settle()
            self.now = came
            if len(self.busy) < SERVERS:
                self.line.begin_anew()
                self.begin(came)
                continue
            if self.line.turns_away():
                self.refused[came] = 0.0
                continue
            try:
                self.waiting[came] = self.join(kind)
            except Overloaded:
                self.refused[came] = 0.0


def on_loop(scenario: Callable[[], None]) -> None:
    async def run() -> None:
        scenario()

    asyncio.run(run())


@pytest.mark.parametrize(("kind", "at_once"), [(None, 1), ("page", AT_ONCE)], ids=["alone", "together"])
def test_at_three_times_capacity_who_is_accepted_waited_little_and_no_server_rests(
    kind: str | None, at_once: int
) -> None:
    queue, capacity = Queue(), CAPACITY * at_once
    on_loop(lambda: queue.run(3 * capacity, 10, kind))
    late = {came: wait for came, wait in queue.waits.items() if came > STANDING_SECONDS}
    assert max(late.values()) <= STANDING_WAIT_SECONDS_MAX
    assert queue.served == pytest.approx(10 * capacity, rel=0.01)
    assert queue.rested == 0
    assert len(queue.refused) + queue.served + len(queue.waiting) == 3 * capacity * 10 + 1
    assert max(queue.refused.values()) <= STANDING_SECONDS + STANDING_WAIT_SECONDS_MAX + SERVICE_S


def test_where_services_take_long_nobody_waits_in_vain() -> None:
    each_s = 2 * EXPECTED_WAIT_SECONDS_MAX  # between two servers that come free
    queue = Queue(service_s=SERVERS * each_s)
    on_loop(lambda: queue.run(3 / each_s, 10))
    late = {came: wait for came, wait in queue.refused.items() if came > 2 * STANDING_SECONDS}
    assert set(late.values()) == {0.0}
    assert queue.served == pytest.approx(10 / each_s, rel=0.01)


def test_a_burst_is_served_whole() -> None:
    queue = Queue()

    def burst() -> None:
        queue.run(10_000, BURST_S)
        queue.run(CAPACITY / 10, 1)

    on_loop(burst)
    assert queue.refused == {}
    assert max(queue.waits.values()) > STANDING_WAIT_SECONDS_MAX


def test_after_too_many_a_burst_is_served_again() -> None:
    queue = Queue()

    def scenario() -> None:
        queue.run(3 * CAPACITY, 1)
        queue.run(CAPACITY / 10, 1 + CALM_SECONDS)
        queue.refused.clear()
        queue.run(10_000, BURST_S)
        queue.run(CAPACITY / 10, 1)

    on_loop(scenario)
    assert queue.refused == {}


def test_who_waits_alone_is_served_however_long_it_took() -> None:
    queue = Queue()

    def scenario() -> None:
        first, last = queue.join(), queue.join()
        queue.now += 10 * STANDING_SECONDS
        assert queue.serve() == [last]
        assert isinstance(first.turn.exception(), Overloaded)

    on_loop(scenario)


def test_a_line_that_stood_for_want_of_servers_is_served() -> None:
    queue = Queue()

    def scenario() -> None:
        waiting = [queue.join() for _ in range(LENGTH_MAX)]
        queue.now += 10 * STANDING_SECONDS
        queue.line.begin_anew()
        assert [queue.serve() for _ in waiting] == [[each] for each in waiting]

    on_loop(scenario)


def test_a_burst_that_comes_before_the_first_server_waits_for_it() -> None:
    queue = Queue(now=1_000.0)

    def scenario() -> None:
        waiting = []
        for _ in range(2 * SERVERS):
            assert not queue.line.turns_away()
            waiting.append(queue.join())
        assert [queue.serve() for _ in waiting] == [[each] for each in waiting]

    on_loop(scenario)


def test_who_is_next_takes_along_those_of_its_kind_the_first_ones_first() -> None:
    queue = Queue()

    def scenario() -> None:
        page, movie, *pages = (queue.join(kind) for kind in ("page", "movie", "page", "page", "page"))
        assert queue.serve() == [page, *pages[:2]]
        assert queue.serve() == [movie]
        assert queue.serve() == [pages[2]]
        assert queue.serve() == []

    on_loop(scenario)


def test_who_wants_to_be_served_alone_is() -> None:
    queue = Queue()

    def scenario() -> None:
        waiting = [queue.join(), queue.join()]
        assert [queue.serve() for _ in waiting] == [[each] for each in waiting]

    on_loop(scenario)


def test_who_is_gone_is_not_taken_along() -> None:
    queue = Queue()

    def scenario() -> None:
        first, gone, last = (queue.join("page") for _ in range(3))
        gone.turn.cancel()
        assert queue.serve() == [first, last]

    on_loop(scenario)


def test_a_line_that_stands_is_as_long_as_is_served_within_little() -> None:
    queue = Queue()

    def let_in(rate: float, kind: str | None) -> int:
        queue.run(rate, 1, kind)
        most = len(queue.waiting)
        while not queue.line.turns_away():
            queue.join(kind)
            most += 1
        return most

    def scenario() -> None:
        for kind, capacity in ((None, CAPACITY), ("page", CAPACITY * AT_ONCE)):
            most = let_in(3 * capacity, kind)
            assert most == pytest.approx(capacity * EXPECTED_WAIT_SECONDS_MAX, abs=2)

    on_loop(scenario)


def test_a_line_that_nobody_serves_any_more_is_no_longer_than_there_are_servers() -> None:
    queue = Queue()

    def scenario() -> None:
        queue.run(3 * CAPACITY * AT_ONCE, 1, "page")
        queue.now += 2 * STANDING_SECONDS
        assert len(queue.waiting) > SERVERS
        assert queue.line.turns_away()

    on_loop(scenario)
