"""The shared fixtures give what they promise."""

from __future__ import annotations

import psycopg2
import pytest

from tests.support.aws import Bucket
from tests.support.databases import Database


@pytest.mark.parametrize("role", ["owner", "ingest", "query"])
def test_each_role_reaches_its_own_database(database: Database, role: str) -> None:
    connection = psycopg2.connect(getattr(database, role))
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), count(*) FROM movies")
            assert cursor.fetchone() == (database.name, 0)
    finally:
        connection.close()


def test_the_reading_role_cannot_write_even_where_it_would_have_the_right(database: Database) -> None:
    database.rows("GRANT INSERT ON people TO movie_query")
    connection = psycopg2.connect(database.query)
    try:
        with connection.cursor() as cursor, pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            cursor.execute("INSERT INTO people (key) VALUES ('nobody')")
    finally:
        connection.close()


def test_a_bucket_keeps_an_object(bucket: Bucket) -> None:
    bucket.s3.put_object(Bucket=bucket.name, Key="a b+é.json", Body=b"[]")
    assert bucket.s3.get_object(Bucket=bucket.name, Key="a b+é.json")["Body"].read() == b"[]"
