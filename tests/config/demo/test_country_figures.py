"""The practice country is true to what was published, and keeps every rule by construction."""

from itertools import pairwise

import numpy as np
import pytest

from giamsat.config.demo import country_figures, magnitudes
from giamsat.config.demo.figures import STOCKS
from giamsat.lib.periods import Period

from .tree import country, rows

LEVELS = ("", ".lvl=TINH", ".lvl=XA", ".lvl=CS")
FORMER_LEVELS = (".lvl=TINH", ".lvl=HUYEN", ".lvl=CS")
OF_WHICH = [
    "B04<=B02",
    "B09<=B07",
    "B08<=B07",
    "B05<=B04",
    "B10<=B09",
    "B06<=B05",
    "B11<=B10",
    "C02<=C01",
    "C03<=C02",
    "C07<=C05",
    "C08<=C07",
    "C06<=C05",
    "D02<=D01",
    "D03<=D02",
    "D08<=D06",
    "D09<=D08",
    "D07<=D06",
    "D04+D05<=D03",
    "D10+D11<=D09",
    "G02<=G01",
    "G03<=G02",
    "G05<=G04",
    "G06<=G04",
    "G07<=G06",
    "G09<=G08",
    "G10<=G09",
    "G12<=G11",
    "G13<=G11",
    "G14<=G13",
    "B06+C04+D04<=K01",
    "B11+C09+D10<=L01",
    "L09<=L01",
    "L10<=L02+L03",
    "H02<=H01",
]
EQUAL = ["K01=K02+K03+K04", "K01=K05+K06", "L01=L02+L03+L04+L05", "L01=L06+L07+L08"]
PERIODS = ["2025-9M", "2025-Y", "2026-Q1", "2026-6M", "2026-9M", "2026-M07"]


def side(book, expression, level, period):
    return sum(book.cells([code + level], period)[:, 0] for code in expression.split("+"))


@pytest.mark.parametrize("key", PERIODS)
@pytest.mark.parametrize("name", ["points", "communes"])
def test_every_relation_between_figures_holds_at_every_level(name, key):
    book, period = country().book(name), Period.parse(key)
    for level in LEVELS:
        for rule in OF_WHICH:
            left, right = rule.split("<=")
            assert (side(book, left, level, period) <= side(book, right, level, period)).all(), rule
        for rule in EQUAL:
            left, right = rule.split("=")
            assert (side(book, left, level, period) == side(book, right, level, period)).all(), rule


def test_levels_sum_to_the_total_for_flows_and_stocks():
    book, period = country().former, Period.parse("2023-9M")
    for code in ["B02", "D13", "L01", "B01", "G15", "A04"]:
        parts = sum(book.cells([code + level], period)[:, 0] for level in FORMER_LEVELS)
        assert book.cells([code], period)[:, 0] == pytest.approx(parts), code


def test_cumulative_figures_never_fall_within_a_year():
    book = country().communes
    flows = list(book.flows)
    months = [book.cells(flows, Period("M", 2026, month)) for month in range(1, 10)]
    assert all((later >= earlier).all() for earlier, later in pairwise(months))
    assert (book.cells(flows, Period("9M", 2026)) == months[-1]).all()
    assert not set(flows) & set(STOCKS)


def test_consolidated_is_own_plus_the_children():
    made, period, keys = country(), Period("6M", 2026), ["B02", "B02.lvl=TINH", "B02.lvl=XA", "D13"]
    place = made.population.points.place["12"]
    own = made.points.cells(keys, period)[place]
    below = made.communes.cells(keys, period)[made.population.communes.of("12")].sum(axis=0)
    assert made.consolidated(keys, period)[place] == pytest.approx(own + below)
    assert own[1] == own[0]
    assert own[2] == 0


@pytest.mark.parametrize(
    "code", ["B02", "B07", "D01", "D06", "G01", "G04", "G08", "G11", "H01", "K05", "L08"]
)
def test_sums_of_the_country_lie_near_what_was_published(code):
    former = country().former
    for year in (2021, 2022, 2023, 2024):
        made, published = former.cells([code], Period("Y", year)).sum(), magnitudes.yearly(code, year)
        assert made == pytest.approx(published, rel=0.02 + 3 / published**0.5), year


def test_the_year_2025_breaks_and_is_made_of_two_maps():
    made, keys = country(), ["B02"]
    year = made.former.cells(keys, Period("6M", 2025)).sum()
    year += (
        made.points.cells(keys, Period("Y", 2025)).sum() + made.communes.cells(keys, Period("Y", 2025)).sum()
    )
    assert year == pytest.approx(15_280, rel=0.03)
    assert year < 0.35 * made.former.cells(keys, Period("Y", 2024)).sum()


def test_one_point_triples_its_september_and_two_fall_behind():
    made = country()
    flash = made.population.communes.territorial
    month = {
        m: country_figures.sum_by_parent(
            made.population, made.communes.cells(["B07", "A04"], Period("M", 2026, m)) * flash[:, None]
        )
        for m in range(5, 10)
    }
    rise = {m: month[m][:, 0] - month[m - 1][:, 0] for m in range(6, 10)}
    place = made.population.points.place
    usual = np.median([rise[m][place["40"]] for m in (6, 7, 8)])
    assert 2.3 < rise[9][place["40"]] / usual < 4

    codes = np.array(made.population.points.codes)
    share_of_path = {m: 1000 * month[m][:, 0] / np.maximum(month[m][:, 1], 1) / 30 for m in (8, 9)}
    provinces = month[9][:, 1] > 0
    assert sorted(codes[provinces & (share_of_path[8] < 0.9 * (0.34 + 0.32 * 2 / 3))]) == ["91"]
    assert sorted(codes[provinces & (share_of_path[9] < 0.9 * 0.66)]) == ["12", "91"]


def test_withheld_points_act_nowhere():
    people = country().population
    assert not {"T5", "T6"} & (set(people.points.codes) | set(people.communes.parents))


@pytest.mark.slow
def test_the_same_seed_makes_the_same_country_in_any_order_of_rows():
    again = country_figures.make(reversed(list(rows())))
    other = country_figures.make(rows(), seed=1)
    same = [
        np.array_equal(country().communes.flows[code], again.communes.flows[code])
        for code in again.communes.flows
    ]
    assert all(same)
    assert not np.array_equal(country().communes.flows["B07"], other.communes.flows["B07"])
