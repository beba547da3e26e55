"""The cache: bounded in bytes, each answer computed once however many ask."""

import threading
import time

import pytest
from query.answers import Answer
from query.cache import ENTRY_BYTES, Cache


def answer(body: bytes = b"[]") -> Answer:
    return Answer(200, body, version="e-1")


def test_what_was_put_is_got():
    cache = Cache(1 << 20)
    kept = answer()
    cache.put("key", kept)
    assert kept is cache.get("key")
    assert cache.get("other") is None


def test_it_never_holds_more_than_its_bytes():
    cache = Cache(16 * ENTRY_BYTES)
    for number in range(1000):
        cache.put(number, answer(b"x" * number))
        assert cache.bytes_used <= 16 * ENTRY_BYTES
    assert len(cache) > 0


def test_one_answer_may_not_push_out_all_others():
    cache = Cache(16 * ENTRY_BYTES)
    cache.put("small", answer())
    cache.put("large", answer(b"x" * 8 * ENTRY_BYTES))
    assert cache.get("large") is None
    assert cache.get("small") is not None


def test_a_cache_of_no_bytes_keeps_nothing():
    cache = Cache(0)
    cache.put("key", answer())
    assert cache.get("key") is None


def test_the_least_recently_used_goes_first():
    cache = Cache(10 * (ENTRY_BYTES + 2))
    for number in range(10):
        cache.put(number, answer())
    cache.get(0)
    cache.put("new", answer())
    assert cache.get(0) is not None
    assert cache.get(1) is None


def test_many_who_ask_at_once_share_one_computation():
    cache = Cache(1 << 20)
    computed = []
    barrier = threading.Barrier(20)
    results = []

    def compute() -> Answer:
        computed.append(1)
        time.sleep(0.1)
        return answer()

    def ask() -> None:
        barrier.wait()
        results.append(cache.once("key", compute, 5))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(computed) == 1
    assert len({id(result) for result in results}) == 1


def test_an_error_reaches_all_who_wait_and_is_not_kept():
    cache = Cache(1 << 20)
    started = threading.Event()
    errors = []

    def fail() -> Answer:
        started.set()
        time.sleep(0.1)
        raise RuntimeError("no")

    def ask() -> None:
        try:
            cache.once("key", fail, 5)
        except RuntimeError as error:
            errors.append(error)

    first = threading.Thread(target=ask)
    first.start()
    started.wait(5)
    second = threading.Thread(target=ask)
    second.start()
    first.join()
    second.join()
    assert len(errors) == 2
    assert cache.once("key", answer, 5).body == b"[]"


def test_who_waits_for_another_waits_no_longer_than_said():
    cache = Cache(1 << 20)
    release = threading.Event()
    started = threading.Event()

    def slow() -> Answer:
        started.set()
        release.wait(10)
        return answer()

    leader = threading.Thread(target=cache.once, args=("key", slow, 10))
    leader.start()
    started.wait(5)
    with pytest.raises(TimeoutError):
        cache.once("key", answer, 0.05)
    release.set()
    leader.join()
