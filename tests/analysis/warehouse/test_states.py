"""What figures stand on: while it is the same so are they, and so they need not be asked for again."""

import random

import pytest

from giamsat.analysis.warehouse import held_back, hidden_sums, queries, services
from giamsat.lib.periods import Period

pytestmark = pytest.mark.slow

QUARTERS = [Period.parse(key) for key in ("2025-9M", "2026-Q1", "2026-6M", "2026-9M")]
COMMUNES = ("C11", "C12", "C21", "C31", "C32")
SUMS = ("point", "region", "country")


def told(country):
    """Every sum of every quarter as outsiders are told it, by period."""
    found = {period: [] for period in QUARTERS}
    for level in SUMS:
        for row in queries.figures(["D01", "D06", "L01"], QUARTERS, level=level, for_outsiders=True):
            what = (level, row.place, row.indicator, row.value, row.outside, row.veiled, row.waiting)
            found[Period.parse(row.period_key)].append((*what, row.state, row.reported, row.expected))
    return {period: tuple(rows) for period, rows in found.items()}


def forget():
    hidden_sums.forget()
    held_back.forget()


def step(country, chance, reports):
    """Something that happens in a country, and its publication."""
    match chance.choice(["accept", "accept", "accept", "lock", "withdraw", "join"]):
        case "accept":
            name, period = chance.choice(COMMUNES), chance.choice(QUARTERS).key
            figures = {"D01": chance.choice([0, 2, 40]), "D06": chance.choice([0, 1, 3, 90])}
            reports[name, period] = country.accept(name, period, **figures)
        case "lock" if reports:
            country.move(chance.choice(list(reports.values())), "KHOA")
        case "withdraw" if reports:
            country.withdraw(reports.pop(chance.choice(list(reports))))
        case "join":
            services.compact(at=country.clock, force=True)
    country.publish()


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_figures_are_the_same_while_what_they_stand_on_is(country, seed):
    chance, reports, before = random.Random(seed), {}, {}
    for _ in range(14):
        step(country, chance, reports)
        states, now = queries.states_of_sums(QUARTERS), told(country)
        forget()
        assert told(country) == now
        for period, state in states.items():
            assert before.setdefault((period, state), now[period]) == now[period]


def test_a_period_stands_on_its_own_reports_alone(country):
    for period in QUARTERS:
        country.accept("C11", period.key, D01=7)
    country.publish()
    before = queries.states_of_sums(QUARTERS)
    country.accept("C12", "2026-9M", D01=4)
    country.publish()

    after = queries.states_of_sums(QUARTERS)
    assert [period.key for period in QUARTERS if before[period] != after[period]] == ["2026-9M"]


def test_nothing_is_said_of_periods_nothing_was_published_of(country):
    assert queries.states_of_sums(QUARTERS) == {}
    country.accept("C11", "2026-9M", D01=7)
    country.publish()
    assert Period.parse("2025-9M") not in queries.states_of_sums(QUARTERS)


def test_a_whole_look_is_at_one_generation(country):
    country.accept("C11", D01=3)
    country.publish()
    with queries.one_generation():
        before = queries.states_of_sums(QUARTERS)
        country.accept("C12", D01=4)
        country.publish()
        assert country.value("P1", level="point") == 3
        assert queries.states_of_sums(QUARTERS) == before
    assert country.value("P1", level="point") == 7
    assert queries.states_of_sums(QUARTERS) != before
