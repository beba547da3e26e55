"""Cursors: opaque, checked, bound to the query that gave them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query import cursors
from query.cursors import Position
from query.errors import InvalidParameter

titles = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)


@given(titles, st.integers(1870, 2100), st.uuids())
def test_a_cursor_gives_back_the_position_it_was_made_from(title_key, year, movie_id):
    position = Position(title_key, year, str(movie_id))
    assert position == cursors.decode(cursors.encode(position, "scope"), "scope")


@given(st.text(max_size=200))
def test_any_other_text_is_refused_with_the_parameter_named(text):
    with pytest.raises(InvalidParameter) as refused:
        cursors.decode(text, "scope")
    assert refused.value.members["parameter"] == "cursor"


def test_a_cursor_of_another_query_is_refused():
    cursor = cursors.encode(Position("alien", 1979, "0" * 32), "genre=horror")
    with pytest.raises(InvalidParameter):
        cursors.decode(cursor, "genre=comedy")


def test_a_cursor_with_one_character_changed_is_refused():
    cursor = cursors.encode(Position("alien", 1979, "0" * 32), "scope")
    for place, character in enumerate(cursor):
        other = "A" if character != "A" else "B"
        changed = cursor[:place] + other + cursor[place + 1 :]
        if changed[:-1] != cursor[:-1]:  # the last character may carry bits that no byte uses
            with pytest.raises(InvalidParameter):
                cursors.decode(changed, "scope")
