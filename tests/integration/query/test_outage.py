"""The database goes away: what is in memory goes on, marked; the rest says so quickly."""

import time


def test_kept_answers_go_on_when_the_database_is_gone_and_others_are_a_503(own_query):
    database, query = own_query
    kept = query("/movies?genre=western")
    database.end_sessions(for_good=True)
    time.sleep(1.5)
    stale = query("/movies?genre=western")
    assert (stale.status_code, stale.content) == (200, kept.content)
    assert stale.headers["Warning"].startswith("110")
    started = time.monotonic()
    assert query("/movies?genre=musical").status_code == 503
    assert time.monotonic() - started < 5
    assert query("/health/liveness").status_code == 200
