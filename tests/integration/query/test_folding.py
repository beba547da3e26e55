"""Keys made by the function are the database's own."""

import random
from contextlib import closing

import psycopg2
from query.folding import fold, fold_all

LETTERS = [*map(chr, range(1, 0x250)), *"\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e"]


def folded_by(database, names):
    with closing(psycopg2.connect(database.query)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT fold(name) FROM unnest(%s) WITH ORDINALITY AS t(name, place) ORDER BY place", (names,)
        )
        return [key for (key,) in cursor.fetchall()]


def test_every_letter_that_is_folded_here_is_folded_as_there(database):
    names = [f"a{letter}B" for letter in LETTERS]
    assert [fold(name) for name in names] == folded_by(database, names)


def test_names_of_many_letters_too(database):
    chance = random.Random(7)  # noqa: S311 - no secret
    names = [
        "".join(chance.choices(LETTERS + list(" \tAa\u00c9") * 20, k=chance.randrange(1, 400)))
        for _ in range(500)
    ]
    assert [fold(name) for name in names] == folded_by(database, names)


def test_what_may_differ_is_left_to_the_database():
    assert [fold(name) for name in ("李連杰", "Ночь", "a\u1e9e", "Ω")] == [""] * 4


def test_names_that_are_folded_together_are_folded_as_each_alone():
    lists = [
        [],
        [""],
        ["Tom Hanks", "", "MEG RYAN"],
        [" Tom", "Meg"],
        ["Tom ", "Meg"],
        ["Tom", "Meg  Ryan"],
        ["Tom", "Meg\tRyan"],
        ["Tom", "Zo\u00eb"],
        ["A" * 400],
        ["A" * 400, "Zo\u00eb"],
        ["Zo\u00eb", "Meg  Ryan", "\u674e\u9023\u6770"],
        ["Zo\u00eb", "Meg RYAN", "\u674e\u9023\u6770"],
    ]
    assert [fold_all(names) for names in lists] == [[fold(name) for name in names] for names in lists]
