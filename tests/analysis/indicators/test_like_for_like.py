"""Figures both ways across changes of units, by hand; and what nobody can work out by taking one from the other."""

import random
from datetime import date
from decimal import Decimal

import pytest

from giamsat.analysis.indicators import queries
from giamsat.analysis.warehouse import queries as warehouse
from giamsat.analysis.warehouse.choices import Level
from giamsat.foundation.units import queries as units
from giamsat.foundation.units import services
from giamsat.foundation.units.choices import ChangeKind
from giamsat.foundation.units.models import Unit
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from tests.analysis.warehouse.country import AT

pytestmark = pytest.mark.slow

SIX, NINE = Period("6M", 2026), Period("9M", 2026)
AUGUST = date(2026, 8, 1)
PERSONS, OTHERS = "D08", "D01"


def changed(*lines, on=AUGUST):
    asked = services.Asked(
        ChangeKind.LIST, on, "1/NQ", AUGUST, [services.Line(at, **line) for at, line in enumerate(lines)]
    )
    change = services.prepare_change(asked, by=Actor(1, "Lan"), at=AT)
    seen = services.preview_change(change).stamp
    return services.carry_out_change(change.pk, seen=seen, by=Actor(2, "Minh"), at=AT)


def moved(country, *names, to="P3", on=AUGUST):
    changed(*({"was": name, "code": name, "parent": to} for name in names), on=on)
    for name in names:
        country.units[f"{name}'"] = units.unit_by_code(name)


def both(country, place, period=SIX, code=OTHERS):
    [found] = queries.both_ways([code], [period], [country[place].pk])
    return found


def told(found):
    """As the map was, and like for like."""
    return tuple(None if each is None else int(each.value) for each in (found.as_was, found.like_for_like))


@pytest.fixture
def half_year(country):
    """Half a year on the old map: 7 + 5 in P1, 3 in P2, 4 + 6 in P3."""
    for name, figure in {"C11": 7, "C12": 5, "C21": 3, "C31": 4, "C32": 6}.items():
        country.accept(name, period=SIX.key, **{OTHERS: figure, PERSONS: 20 + figure})
    country.publish()
    return country


def test_a_commune_that_moved_counts_where_it_stood_or_where_it_stands(half_year):
    moved(half_year, "C11")
    assert told(both(half_year, "P1")) == (7 + 5, 5)
    assert told(both(half_year, "P3")) == (4 + 6, 4 + 6 + 7)
    assert told(both(half_year, "P2")) == (3, 3)
    for name, figure in {"C11'": 9, "C12": 6}.items():
        half_year.accept(name, period=NINE.key, **{OTHERS: figure})
    half_year.publish()
    assert told(both(half_year, "P1", NINE)) == (6, 6)
    assert told(both(half_year, "P3", NINE)) == (9, 9)  # all of its year is there, and nothing of it twice


def test_a_province_that_went_into_another_counts_for_it_and_nothing_twice(half_year):
    changed({"was": "P1", "code": "P2"})
    assert told(both(half_year, "P2")) == (3, 3 + 7 + 5)
    for name, figure in {"C11": 9, "C12": 6, "C21": 4}.items():
        half_year.units[f"{name}'"] = units.unit_by_code(name)
        half_year.accept(f"{name}'", period=NINE.key, **{OTHERS: figure})
    half_year.publish()
    assert told(both(half_year, "P2", NINE)) == (19, 19)
    [country] = queries.figures_over_maps([OTHERS], [NINE], level=Level.COUNTRY)
    assert country.value == 19


def test_a_province_that_went_on_twice_counts_where_it_came_to(half_year):
    changed({"was": "P1", "code": "P2"})
    changed({"was": "P2", "code": "P3"}, on=date(2026, 8, 2))
    assert told(both(half_year, "P3")) == (10, 10 + 3 + 12)
    [country] = queries.figures_over_maps([OTHERS], [SIX], level=Level.COUNTRY)
    assert country.value == 25


def test_two_communes_that_became_one_have_one_series(half_year):
    changed(
        {"was": "C11", "code": "C19", "name_vi": "Xã C", "kind": "commune"}, {"was": "C12", "code": "C19"}
    )
    [found] = queries.both_ways_of_unit([OTHERS], [SIX], units.unit_by_code("C19").pk)
    assert told(found) == (None, 12)
    assert told(both(half_year, "P1")) == (12, 12)


def test_what_was_divided_over_two_provinces_counts_like_for_like_for_neither(half_year):
    changed(
        {"was": "C11", "code": "C11", "parent": "P1"},
        {"was": "C11", "code": "C18", "name_vi": "Xã Mới", "kind": "commune", "parent": "P2"},
    )
    for place in ("P1", "P2"):
        found = both(half_year, place)
        assert found.divided
        assert found.like_for_like is None
    assert told(both(half_year, "P1"))[0] == 12
    assert told(both(half_year, "P3")) == (10, 10)


def test_taken_back_both_ways_are_one_again(half_year):
    change = changed({"was": "C11", "code": "C11", "parent": "P3"})
    services.undo_change(change.pk, reason="a slip", by=Actor(1, "Lan"), at=AT)
    assert told(both(half_year, "P1")) == (12, 12)


def test_a_difference_that_names_a_unit_is_for_those_who_read_it(half_year):
    moved(half_year, "C11")
    assert both(half_year, "P1").of_few == both(half_year, "P3").of_few == {half_year["C11"].pk}
    assert both(half_year, "P2").of_few == frozenset()


def test_one_that_went_on_alone_names_itself_wherever_it_was_counted(half_year):
    """Who looked between the two changes was told the three together; today they are told two."""
    half_year.add_commune("C13")
    half_year.accept("C13", period=SIX.key, **{OTHERS: 9})
    half_year.publish()
    moved(half_year, "C11", "C12", "C13")
    assert both(half_year, "P1").of_few == frozenset()
    moved(half_year, "C11", to="P2", on=date(2026, 8, 2))
    for place in ("P1", "P2", "P3"):
        assert half_year["C11"].pk in both(half_year, place).of_few
    moved(half_year, "C11", to="P1", on=date(2026, 8, 3))
    for place in ("P1", "P2", "P3"):
        assert half_year["C11"].pk in both(half_year, place).of_few
    assert told(both(half_year, "P1")) == (7 + 5 + 9, 7)


def test_of_a_divided_province_the_few_that_went_elsewhere_are_not_told_by_the_rest(half_year):
    for name in ("C13", "C14"):
        half_year.add_commune(name)
        half_year.accept(name, period=SIX.key, **{OTHERS: 9})
    half_year.publish()
    new = (
        {"was": "P1", "code": code, "name_vi": f"Tỉnh {code}", "kind": "province"} for code in ("P7", "P8")
    )
    going = {"C11": "P8", "C12": "P7", "C13": "P7", "C14": "P7"}
    changed(*new, *({"was": name, "code": name, "parent": to} for name, to in going.items()))
    for code in ("P7", "P8"):
        half_year.units[code] = units.unit_by_code(code)
        assert half_year["C11"].pk in both(half_year, code).of_few


def test_a_hidden_cell_that_moved_withholds_both_places(half_year):
    half_year.accept("C11", period="2026-Q1", **{PERSONS: 2})
    half_year.publish()
    moved(half_year, "C11")
    for place in ("P1", "P3"):
        assert both(half_year, place, Period("Q1", 2026), PERSONS).withheld
        assert not both(half_year, place, SIX, OTHERS).withheld


@pytest.mark.parametrize("seed", range(4))
def test_whoever_subtracts_one_way_from_the_other_learns_no_hidden_cell_and_no_single_unit(country, seed):
    """An outsider takes every pair he is told; each difference is a sum of three open cells at least, or nothing."""
    chance = random.Random(seed)
    names = [f"C{province}{number}" for province in "12" for number in range(1, 7)]
    for name in names:
        if name not in country.units:
            country.add_commune(name)
        country.accept(name, period=SIX.key, **{PERSONS: chance.choice([0, 1, 3, 8, 15, 40]), OTHERS: 5})
    country.publish()
    going = chance.sample(names, chance.choice([1, 2, 4, 6]))
    moved(country, *going)
    hidden = {
        row.unit_id
        for row in _cells(country, going)
        if row.value is not None and (row.veiled or row.outside is None)
    }
    for code in (PERSONS, OTHERS):
        for place in ("P1", "P2", "P3"):
            found = both(country, place, SIX, code)
            if found.withheld or found.of_few or found.as_was is None:
                continue  # an outsider is told nothing like for like
            told_one, told_other = found.as_was, found.like_for_like
            difference = (told_other.outside or Decimal(0)) - (told_one.outside or Decimal(0))
            here = {country[name].pk for name in going if name[1] == place[1] or place == "P3"}
            assert difference == 0 or len(here) >= 3
            if code == PERSONS:
                assert not here & hidden


def _cells(country, names):
    ids = [country[name].pk for name in names]
    return warehouse.figures([PERSONS], [SIX], level=Level.UNIT, units=ids, for_outsiders=True)


def test_what_moved_is_found_with_as_many_questions_for_one_as_for_three(
    half_year, django_assert_max_num_queries
):
    moved(half_year, "C11", "C12", "C21")
    assert Unit.objects.filter(valid_to=AUGUST).count() == 3
    with django_assert_max_num_queries(20):
        queries.both_ways([OTHERS], [SIX], [half_year[name].pk for name in ("P1", "P2", "P3")])
