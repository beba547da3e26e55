"""GET /movies?q=: ranked, in title, cast and extract, forgiving a letter; with filters, orders and pages."""

import pytest

from tests.support.sample import pages


def found(query, path: str) -> list[str]:
    return [movie["title"] for page in pages(query, path) for movie in page.json()]


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("casablanca", "Casablanca"),
        ("CASABLANCA", "Casablanca"),
        ("casablnca", "Casablanca"),  # missing
        ("cesablanca", "Casablanca"),  # wrong
        ("casaablanca", "Casablanca"),  # doubled
        ("csaablanca", "Casablanca"),  # swapped
        ("amelie", "Amélie"),
        ("Amélie", "Amélie"),
        ("amelia", "Amélie"),
        ("pans labirinth", "Pan's Labyrinth"),
        ("Pan's Labyrinth", "Pan's Labyrinth"),
        ("labyrinth pan's", "Pan's Labyrinth"),
        ("face off", "Face/Off"),
        ("maribel verdu", "Pan's Labyrinth"),
        ("Maribell Verdu", "Pan's Labyrinth"),
    ],
)
def test_a_title_or_a_name_is_found_first_as_typed_or_a_letter_away(query, q, title):
    assert found(query, f"/movies?q={q}")[0] == title


def test_a_letter_is_forgiven_in_a_word_that_very_many_movies_have(own_query):
    database, query = own_query
    assert (
        found(query, "/movies?q=pan labirinth") == found(query, "/movies?q=labirinth") == ["Pan's Labyrinth"]
    )
    database.rows("INSERT INTO name_words VALUES ('the') ON CONFLICT DO NOTHING")
    database.rows(
        "INSERT INTO term_counts VALUES ('+the', 157) ON CONFLICT (term) DO UPDATE SET movies = EXCLUDED.movies"
    )
    assert found(query, "/movies?q=the labyrinth") == ["Pan's Labyrinth"]
    assert found(query, "/movies?q=tha labyrinth&limit=1") == ["Pan's Labyrinth"]
    assert found(query, "/movies?q=hte labirinth&limit=2") == ["Pan's Labyrinth"]
    assert found(query, "/movies?q=ot labyrinth&limit=1") == ["Pan's Labyrinth"]
    assert found(query, "/movies?q=tha") == []


def test_every_word_must_be_there_but_not_in_the_same_place(query):
    assert found(query, "/movies?q=cruise nicholson") == ["A Few Good Men"]
    assert found(query, "/movies?q=cruise fighters") == ["Top Gun"]
    assert found(query, "/movies?q=cruise potatoes") == []
    assert found(query, "/movies?q=!!!") == []


def test_a_match_in_title_or_cast_comes_before_one_in_the_extract(query):
    assert found(query, "/movies?q=noon") == ["High Noon"]
    assert found(query, "/movies?q=tom")[:3] == ["A Few Good Men", "Alien", "Mad Max: Fury Road"]
    assert found(query, "/movies?q=desert") == ["Mad Max: Fury Road"]


def test_filters_orders_pages_and_counts_go_with_a_search(query):
    assert found(query, "/movies?q=tom&year_to=1990&sort=year") == ["Alien", "Top Gun"]
    assert found(query, "/movies?q=tom&sort=-year&limit=1") == [
        "Mad Max: Fury Road",
        "A Few Good Men",
        "Top Gun",
        "Alien",
    ]
    assert found(query, "/movies?q=tom&limit=1") == found(query, "/movies?q=tom")
    assert found(query, "/movies?q=tom&genre=drama&cast=Demi Moore") == ["A Few Good Men"]
    assert found(query, "/movies?q=tom&cast=nobody") == []
    assert query("/movies?q=tom&count=true&limit=1").headers["X-Total-Count"] == "4"


def test_relevance_is_an_order_of_searches_only(query):
    refused = query("/movies?sort=relevance")
    assert (refused.status_code, refused.json()["parameter"]) == (400, "sort")
    assert found(query, "/movies?q=tom&sort=relevance") == found(query, "/movies?q=tom")


def test_what_an_index_computes_finds_its_parts_under_any_search_path(database):
    """From PostgreSQL 17 on VACUUM, ANALYZE and REINDEX go by a path of their own, without the schema."""
    found = database.rows("""
        SET search_path = pg_catalog;
        SELECT public.search_terms('heat', '{"cast": ["Al Pacino"], "extract": "Crime."}')::text,
               public.near_spellings('heat'), public.words('Al Pacino')""")
    assert found == [
        ("'+al' '+heat' '+pacino' 'crime'", ["heat", "eat", "hat", "het", "hea"], ["al", "pacino"])
    ]
