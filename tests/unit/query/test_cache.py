"""The cache: bounded in bytes, each answer computed once however many ask."""

import asyncio

import pytest
from query.answers import Answer
from query.cache import ENTRY_BYTES, USED_MAX, Cache


def answer(body: bytes = b"[]", uses: int = 0) -> Answer:
    return Answer(200, body, version="e-1", uses=uses)


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


def test_the_most_used_come_first_and_looking_does_not_change_what_goes_first():
    cache = Cache(8 * (ENTRY_BYTES + 2))
    for number in range(8):
        cache.put(number, answer(uses=number % 7))
    cache.get(0)
    assert cache.most_used(5) == [6, 5, 4, 3, 2]
    cache.put("new", answer())
    assert cache.get(1) is None, "1 was the least recently used"
    assert cache.most_used(9) == [6, 5, 4, 3, 2], "0 and 7 were never given from memory, 1 is gone"


def test_uses_are_counted_of_kept_answers():
    cache = Cache(1 << 20)
    for number, times in enumerate((1, 3, 0, 2)):
        kept = answer()
        cache.put(number, kept)
        for _ in range(times):
            cache.use(number, kept)
    assert cache.most_used(9) == [1, 3, 0]


def test_however_many_are_used_few_are_compared_and_the_most_used_are_among_them():
    cache = Cache(64 << 20)
    hot = answer()
    cache.put("hot", hot)
    for _ in range(3):
        cache.use("hot", hot)
    for number in range(5 * USED_MAX):
        kept = answer()
        cache.put(number, kept)
        cache.use(number, kept)
    assert len(cache.most_used(5 * USED_MAX)) <= USED_MAX
    assert cache.most_used(1) == ["hot"]


def test_many_who_ask_at_once_share_one_computation():
    cache, computed = Cache(1 << 20), []

    async def compute() -> Answer:
        computed.append(1)
        await asyncio.sleep(0.01)
        return answer()

    async def scenario() -> list[Answer]:
        return await asyncio.gather(*(cache.once("key", compute) for _ in range(20)))

    results = asyncio.run(scenario())
    assert len(computed) == 1
    assert len({id(result) for result in results}) == 1


def test_an_error_reaches_all_who_wait_and_is_not_kept():
    cache = Cache(1 << 20)

    async def fail() -> Answer:
        await asyncio.sleep(0.01)
        raise RuntimeError("no")

    async def succeed() -> Answer:
        return answer()

    async def scenario() -> None:
        waiting = (cache.once("key", fail) for _ in range(2))
        errors = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(error) for error in errors] == [RuntimeError, RuntimeError]
        assert (await cache.once("key", succeed)).body == b"[]"

    asyncio.run(scenario())


def test_who_goes_away_does_not_take_the_others_answer_along():
    cache, release = Cache(1 << 20), asyncio.Event()

    async def slow() -> Answer:
        await release.wait()
        return answer()

    async def scenario() -> None:
        first = asyncio.create_task(cache.once("key", slow))
        await asyncio.sleep(0)
        impatient, patient = (asyncio.create_task(cache.once("key", slow)) for _ in range(2))
        await asyncio.sleep(0)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        release.set()
        assert (await patient) is (await first)

    asyncio.run(scenario())
