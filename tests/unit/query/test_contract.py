"""Parameters and routes as the OpenAPI document has them."""

import pytest
from query import contract
from query.errors import BadRequest, InvalidParameter, NoSuchRoute

CONTRACT = contract.load()


def values(path: str, query: str = "") -> dict:
    route, path_value = CONTRACT.match(path)
    return {**route.defaults, **route.given(path_value, query)}


def test_a_path_parameter_takes_the_rest_of_the_path():
    assert values("/movies/name/Face/Off")["name"] == "Face/Off"


def test_the_old_routes_give_a_whole_year_by_default_and_the_new_one_a_page():
    assert values("/movies/year/2015") == {"year": 2015, "limit": 1000}
    assert values("/movies") == {"limit": 100}


def test_repeatable_parameters_keep_their_order():
    assert values("/movies", "cast=B&genre=x&cast=A")["cast"] == ["B", "A"]


def test_fields_stand_in_one_parameter_with_commas_between_them():
    assert values("/movies", "fields=title,year")["fields"] == ["title", "year"]


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("Tom+Cruise", "Tom Cruise"),
        ("Tom%20Cruise", "Tom Cruise"),
        ("a%2Bb", "a+b"),
        ("Am%C3%A9lie", "Amélie"),
    ],
)
def test_percent_encoding_and_plus_are_undone(sent, meant):
    assert values("/movies", f"name={sent}")["name"] == meant


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("yer=2015", "yer"),
        ("year=", "year"),
        ("year=19999", "year"),
        ("year=1869", "year"),
        ("year=2015.0", "year"),
        ("year=\uff12\uff10\uff11\uff15", "year"),
        ("year=2015&year=2015", "year"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("name=", "name"),
        ("name=%20", "name"),
        ("name=%00", "name"),
        ("name=" + "x" * 301, "name"),
        ("cursor=no spaces", "cursor"),
        ("sort=rating", "sort"),
        ("sort=", "sort"),
        ("count=1", "count"),
        ("fields=title,rating", "fields"),
        ("fields=", "fields"),
        ("fields=title,", "fields"),
        ("fields=title&fields=year", "fields"),
        ("&".join(f"cast={n}" for n in range(9)), "cast"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_parameter_and_what_is_allowed(query, parameter):
    with pytest.raises(BadRequest) as refused:
        values("/movies", query)
    assert refused.value.members["parameter"] == parameter
    assert refused.value.members["allowed"]


def test_a_query_that_is_not_utf8_is_refused():
    with pytest.raises(BadRequest):
        values("/movies", "name=%ff")


def test_a_path_value_outside_the_contract_is_refused():
    with pytest.raises(InvalidParameter):
        values("/movies/year/abc")


@pytest.mark.parametrize("path", ["/movie", "/movies/year/", "/movies/", "//movies", "/MOVIES"])
def test_a_path_outside_the_contract_is_no_route(path):
    with pytest.raises(NoSuchRoute):
        CONTRACT.match(path)
