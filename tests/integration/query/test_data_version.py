"""Which version of the data an answer is of: seen soon, never older than what the caller has seen."""

import time

from tests.support.waiting import wait_until

WESTERN, HORROR = "/movies?genre=western", "/movies?genre=horror"


def set_version(database, by: int) -> None:
    """What a commit of ingest does, or, backwards, what a standby that lags looks like."""
    database.rows("UPDATE data_version SET version = version + %s, changed_at = now()", by)


def metric(query, name: str) -> float:
    lines = query("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((name + " ", name + "{")))


def test_a_new_version_is_seen_without_anyone_asking_again_and_again(own_query):
    database, query = own_query
    before = query(WESTERN)
    movie_id = before.json()[0]["id"]
    database.rows("UPDATE movies SET doc = replace(doc, '\"year\"', '\"Year\"') WHERE id = %s", movie_id)
    set_version(database, +1)
    wait_until(lambda: query(WESTERN).headers["ETag"] != before.headers["ETag"], 5)
    assert "Year" in query(WESTERN).json()[0]


def test_what_is_used_most_is_made_anew_before_it_is_asked_for(own_query):
    database, query = own_query
    for _ in range(5):
        query(WESTERN)
    missed = metric(query, 'query_requests_total{cache="miss",route="listMovies",status="200"}')
    label = query("/status").json()["data_version"]
    set_version(database, +1)
    wait_until(lambda: query("/status").json()["data_version"] != label, 5)
    time.sleep(0.5)  # one statement, and nobody can ask whether it has run without asking for it
    again = query(WESTERN)
    assert again.headers["Server-Timing"] == "cache;desc=hit"
    assert again.headers["ETag"] == f'"{query("/status").json()["data_version"]}"'
    assert metric(query, 'query_requests_total{cache="miss",route="listMovies",status="200"}') == missed


def test_a_caller_is_not_given_an_answer_older_than_the_one_it_has(own_query):
    """Two pods on two standbys: what one has seen, the other may not have yet."""
    database, query = own_query
    label = query("/status").json()["data_version"]
    epoch, _, number = label.rpartition("-")
    of_the_other_pod = f'"{epoch}-{int(number) + 1}"'
    behind = query(WESTERN, **{"If-None-Match": of_the_other_pod})
    assert behind.status_code == 503
    assert behind.headers["Retry-After"] == "1"
    set_version(database, +1)
    assert query(WESTERN, **{"If-None-Match": of_the_other_pod}).status_code == 304


def test_a_standby_that_lags_does_not_take_the_version_back(own_query):
    database, query = own_query
    set_version(database, +1)
    wait_until(lambda: metric(query, "query_data_version") == 2, 5)
    query(WESTERN)
    set_version(database, -1)
    time.sleep(0.4)
    assert metric(query, "query_data_version") == 2
    assert query(WESTERN).headers["ETag"].endswith('-2"')
    marked = query(HORROR)
    assert marked.headers["ETag"].endswith('-1"')
    assert marked.headers["Warning"].startswith("110")


def test_another_database_is_another_version_whatever_its_number(own_query):
    database, query = own_query
    before = query(WESTERN).headers["ETag"]
    database.rows("UPDATE data_version SET epoch = 'abcdef01', version = 0")
    wait_until(lambda: query(WESTERN).headers["ETag"] == '"abcdef01-0"', 5)
    assert query(WESTERN, **{"If-None-Match": before}).status_code == 200
