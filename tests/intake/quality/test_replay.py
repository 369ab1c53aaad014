"""The rules replayed on the clean practice country: nothing blocks, and under 2 % ask for an explanation."""

import numpy as np
import pytest

from giamsat.config.demo.country_figures import sum_by_parent
from giamsat.intake.quality.checking import check_reports
from giamsat.intake.quality.frames import Children, increments, peer_rates, periods_needed
from giamsat.intake.quality.looking import looks
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period
from tests.config.demo.tree import country
from tools.definitions import all_rules, form

COMMUNE_FORMS = ("BM02", "BM04", "BM05", "BM11", "BM19", "BM21")
QUARTERS = ("2025-9M", "2025-Y", "2026-Q1", "2026-6M", "2026-9M")
FLASHES = tuple(f"2025-M{n:02}" for n in range(9, 13)) + tuple(f"2026-M{n:02}" for n in range(1, 10))


@pytest.fixture(scope="module")
def figures():
    return country()


def grid(book, cells, period):
    return Grid.of_floats(book.cells([cell.key for cell in cells], period))


def replay(figures, name, form_name, key, sibling_names=()):
    """Every unit's own report of one form and period, with its past, its other forms and its peers."""
    book, cells, period = figures.book(name), form(form_name), Period.parse(key)
    first = Period("M", *book.bodies.months[0])
    past = [
        each
        for each in periods_needed(period)
        if each.ends_on >= first.ends_on and each.year > first.year - 1
    ]
    current, history = grid(book, cells, period), {each: grid(book, cells, each) for each in past}
    added = increments(cells, current, history, period)
    rates = peer_rates(
        added,
        book.bodies.members,
        persons=[cell.counts_persons for cell in cells],
        shares=looks(tuple(cells), (), all_rules()).shares,
    )
    return check_reports(
        cells,
        current,
        all_rules(),
        label=lambda cell, _: cell,
        period=period,
        history=history,
        peers=rates.at_size(book.bodies.members, added),
        siblings=[(form(other), grid(book, form(other), period)) for other in sibling_names],
    )


def share_that_asks(checked):
    return np.count_nonzero(checked.has("W")) / checked.reports


def beside(form_name, version):
    return [f"{other}{version}" for other in COMMUNE_FORMS if other != form_name]


@pytest.mark.slow
@pytest.mark.parametrize("key", FLASHES)
def test_monthly_flashes_of_the_clean_country(figures, key):
    checked = replay(figures, "communes", "BMT.v1", key)

    assert not checked.blocked.any()
    assert share_that_asks(checked) < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("key", QUARTERS)
@pytest.mark.parametrize("name", COMMUNE_FORMS)
def test_quarterly_forms_of_the_clean_country(figures, name, key):
    communes = replay(figures, "communes", f"{name}.v1", key, beside(name, ".v1"))
    points = replay(figures, "points", f"{name}P.v2", key, beside(name, "P.v2"))

    assert not communes.blocked.any()
    assert not points.blocked.any()
    assert share_that_asks(communes) < 0.02
    assert np.count_nonzero(points.has("W")) <= 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "key"),
    [("BM14", "2025-Y"), ("BM14", "2026-6M"), ("BM07", "2025-Y"), ("BM09", "2025-Y"), ("BM17", "2025-Y")],
)
def test_what_is_sent_once_or_twice_a_year_by_the_clean_country(figures, name, key):
    communes = replay(figures, "communes", f"{name}.v1", key, beside(name, ".v1"))
    points = replay(figures, "points", f"{name}P.v2", key, beside(name, "P.v2"))

    assert not communes.blocked.any()
    assert not points.blocked.any()
    assert share_that_asks(communes) < 0.02
    assert np.count_nonzero(points.has("W")) <= 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "key"), [("BM24", "2026-6M"), ("BM25", "2026-M05"), ("BM26", "2026-M05"), ("BM25", "2026-M09")]
)
def test_what_points_alone_send(figures, name, key):
    assert not replay(figures, "points", f"{name}.v1", key).blocked.any()


@pytest.mark.slow
def test_consolidated_forms_of_the_clean_country(figures):
    """What each point sends for its subtree equals its own and its children's figures, all of them in."""
    cells, period, people = form("BM05P.v2"), Period("9M", 2026), figures.population
    keys = [cell.key for cell in cells]
    below = np.array([list(people.communes.parents).count(code) for code in people.points.codes])
    children = sum_by_parent(people, np.nan_to_num(figures.communes.cells(keys, period)))
    checked = check_reports(
        cells,
        Grid.of_floats(figures.consolidated(keys, period)),
        all_rules(),
        label=lambda cell, _: cell,
        period=period,
        basis="consolidated",
        own=grid(figures.points, cells, period),
        children=Children(Grid.of_floats(children), below, below),
    )

    assert not checked.blocked.any()
    assert set(checked.not_assessed()) <= {"R-05", "R-33", "R-34", "R-35", "R-36", "R-38"}
