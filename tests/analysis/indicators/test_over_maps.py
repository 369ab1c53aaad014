"""Figures of points and the country in the years in which units ended and began."""

from datetime import date

import pytest

from giamsat.analysis.indicators import queries
from giamsat.analysis.warehouse.choices import Level
from giamsat.foundation.units.models import Succession, Unit
from giamsat.lib.periods import Period

pytestmark = pytest.mark.slow

SIX, NINE, YEAR = (Period(kind, 2025) for kind in ("6M", "9M", "Y"))
BEFORE = Period("Y", 2024)
MERGED = date(2025, 7, 1)


@pytest.fixture
def merged(country):
    """F1 and F2 went whole into P1; P2 began from nothing."""
    for number, name in enumerate(("F1", "F2"), start=8):
        country.units[name] = Unit.objects.create(
            path=f"0001{number:04}", depth=2, vintage="2004-2025", code=name, name_vi=name, name_en=name,
            folded=name, sort_key=name, level=1, kind="former_province", commission_kind="ubkt",
            valid_from=date(2008, 8, 1), valid_to=MERGED,
        )  # fmt: skip
        Succession.objects.create(predecessor=country[name], successor=country["P1"], on=MERGED)
    return country


def told(merged, name, *periods, code="B02"):
    level = Level.COUNTRY if name == "TW" else Level.POINT
    ids = None if name == "TW" else [merged[name].pk]
    rows = queries.figures_over_maps([code], periods, level=level, unit_ids=ids)
    return [(row.period_key, int(row.outside), row.reported, row.expected) for row in rows]


@pytest.mark.slow
def test_a_point_has_what_it_was_made_of_before_it_began_and_in_the_year_it_began(merged):
    for name, figure in (("F1", 30), ("F2", 12)):
        merged.accept(name, period=BEFORE.key, form="BM02P", B02=figure)
        merged.accept(name, period=SIX.key, form="BM02P", B02=figure)
    merged.accept("C11", period=NINE.key, form="BM02", B02=5)
    merged.publish()
    found = {key: value for key, value, *_ in told(merged, "P1", BEFORE, SIX, NINE)}
    assert found == {BEFORE.key: 42, SIX.key: 42, NINE.key: 47}
    assert {key: value for key, value, *_ in told(merged, "TW", BEFORE, SIX, NINE)} == found


def test_what_ended_counts_as_it_last_stood(merged):
    merged.accept("F1", period="2025-Q1", form="BM02P", B02=10)
    merged.accept("F2", period=SIX.key, form="BM02P", B02=12)
    merged.accept("C11", period=YEAR.key, form="BM02", B02=5)
    merged.publish()
    assert told(merged, "TW", YEAR)[0][1] == 27


def test_a_sum_without_one_of_its_parts_is_not_complete(merged):
    merged.accept("F1", period=SIX.key, form="BM02P", B02=30)
    for commune in ("C11", "C12"):
        merged.accept(commune, period=NINE.key, form="BM02", B02=5)
    merged.publish()
    [row] = queries.figures_over_maps(["B02"], [NINE], level=Level.POINT, unit_ids=[merged["P1"].pk])
    assert not row.complete


def test_what_counts_from_part_of_a_year_says_from_when(merged):
    units = [merged[name] for name in ("P1", "P2", "C11")]
    names = {merged.name(unit): day for (unit, _), day in queries.counted_from(units, [NINE]).items()}
    assert names == {"P2": MERGED, "C11": MERGED}
    months = queries.counted_from(units, [Period("M", 2025, 9), Period("M", 2026, 9)])
    assert {key for _, key in months} == {"2025-M09"}
    assert len(months) == 3
