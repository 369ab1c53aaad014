"""Ratios, increments, standings and published series, read from the published generation."""

from datetime import date
from decimal import Decimal

import pytest

from giamsat.analysis.indicators import queries, services
from giamsat.analysis.indicators.errors import SourceMissing, TargetComputed, TargetUnknown
from giamsat.analysis.warehouse.choices import Level
from giamsat.foundation.audit.models import Entry
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from tests.analysis.early_warning.house import AT

pytestmark = pytest.mark.slow

D = Decimal
Q1, SIX, NINE = Period("Q1", 2026), Period("6M", 2026), Period("9M", 2026)
BY = Actor(7, "An analyst")


def value(found, unit, period, key):
    return found[unit.pk, period.key][key].value


def test_a_ratio_of_a_province_is_made_of_the_sums_of_its_parts(country):
    country.accept("C11", form="BM02", B01=10, B02=9)
    country.accept("C12", form="BM02", B01=90, B02=9)
    country.publish()
    of_the_province = queries.derived("completion_of_programme", [NINE])[country["P1"].pk, NINE.key]
    of_communes = queries.derived(
        "completion_of_programme", [NINE], level=Level.UNIT, unit_ids=[country["C11"].pk]
    )
    assert of_the_province.ratio.value == D(18)
    assert of_communes[country["C11"].pk, NINE.key].ratio.value == D(90)
    assert (of_the_province.ratio.numerator, of_the_province.ratio.denominator) == (D(18), D(100))


@pytest.mark.parametrize("veiled", [True, False])
def test_a_ratio_of_a_veiled_sum_is_veiled(country, veiled):
    definition = queries.derived_indicator("members_inspected_per_1000")
    parts = {
        "B07": queries.CellFigure(Decimal(12), 3, 3, 1, veiled=veiled),
        "A04": queries.CellFigure(Decimal(900), 3, 3, 1),
    }
    assert queries.derived_of(definition, parts).veiled is veiled


def test_an_increment_is_what_was_added_since_the_period_before(country):
    for period, total in ((Q1, 4), (SIX, 10), (NINE, 10)):
        country.accept("C11", period=period.key, form="BM02", B01=20, B02=total)
    country.publish()
    found = queries.increments(
        ["B02", "B01"], [Q1, SIX, NINE], level=Level.UNIT, unit_ids=[country["C11"].pk]
    )
    assert [value(found, country["C11"], period, "B02") for period in (Q1, SIX, NINE)] == [4, 6, 0]
    assert value(found, country["C11"], NINE, "B01") == 20


@pytest.mark.slow
def test_a_correction_of_the_first_quarter_moves_the_second(country):
    report = country.accept("C11", period=Q1.key, form="BM02", B02=4)
    country.accept("C11", period=SIX.key, form="BM02", B02=10)
    country.publish()
    country.accept("C11", period=report.period_key, form="BM02", B02=7)
    country.publish()
    found = queries.increments(["B02"], [SIX], level=Level.UNIT, unit_ids=[country["C11"].pk])
    assert value(found, country["C11"], SIX, "B02") == 3


def test_without_the_period_before_there_is_no_increment(country):
    country.accept("C11", period=SIX.key, form="BM02", B02=10)
    country.publish()
    found = queries.increments(["B02"], [SIX], level=Level.UNIT, unit_ids=[country["C11"].pk])
    assert value(found, country["C11"], SIX, "B02") is None


def test_a_unit_that_is_new_within_the_year_began_from_nothing(country):
    country.accept("C11", period="2025-9M", form="BM02", B02=6)
    country.publish()
    nine = Period("9M", 2025)
    found = queries.increments(["B02"], [nine], level=Level.UNIT, unit_ids=[country["C11"].pk])
    assert value(found, country["C11"], nine, "B02") == 6


def test_an_increment_is_complete_only_if_both_periods_are(country):
    country.accept("C11", period=Q1.key, form="BM02", B02=4)
    for commune in ("C11", "C12"):
        country.accept(commune, period=SIX.key, form="BM02", B02=10)
    country.publish()
    found = queries.increments(["B02"], [SIX], unit_ids=[country["P1"].pk])[country["P1"].pk, SIX.key]["B02"]
    assert not found.complete


def test_an_increment_of_a_sum_in_which_a_report_waits_is_not_complete(country):
    """What waits is missing from one of the two sums: their difference told of minus seven members inspected."""
    for period, of_the_first in (("2026-M08", 40), ("2026-M09", 43)):
        country.accept("C11", period=period, form="BMT", B07=of_the_first)
        country.accept("C12", period=period, form="BMT", B07=90)
        country.publish()
    [(where, figures)] = queries.increments(
        ["B07"], [Period("M", 2026, 9)], unit_ids=[country["P1"].pk]
    ).items()
    assert where == (country["P1"].pk, "2026-M09")
    assert not figures["B07"].complete, figures["B07"]
    [sums] = queries.cells(["B07"], [Period("M", 2026, 9)], unit_ids=[country["P1"].pk]).values()
    assert (sums["B07"].complete, sums["B07"].waiting) == (True, 1)


def test_a_target_computed_from_reports_says_where_a_unit_stands(country):
    for commune, done in (("C11", 2), ("C12", 60)):
        country.accept(commune, form="BM02", B01=100, B02=done)
    country.publish()
    standing = queries.standings("T02", [NINE])[country["P1"].pk, NINE.key]
    assert (standing.value, standing.status, standing.counted) == (D(31), "NGUY_CO", D(62))
    assert standing.due == pytest.approx(D("62.7"))


def test_a_target_value_comes_with_its_source_and_the_newest_counts(country):
    place = country["P1"].pk
    for reached in ("70", "96"):
        services.record_target_values(
            "T05", [services.Reached(place, NINE.key, D(reached))], source="Báo cáo 12-BC/TU", as_of=date(2026, 9, 15),
            by=BY, at=AT,
        )  # fmt: skip
    standing = queries.standings("T05", [NINE])[place, NINE.key]
    assert (standing.value, standing.status) == (D(96), "DAT")
    assert standing.source == "Báo cáo 12-BC/TU (15/09/2026)"
    assert Entry.objects.filter(verb="target.values_recorded").count() == 2


def test_a_value_without_a_source_is_refused(country):
    with pytest.raises(SourceMissing):
        services.record_target_values("T05", [], source=" ", as_of=date(2026, 9, 15), by=BY, at=AT)


def test_a_computed_target_takes_no_typed_value(country):
    with pytest.raises(TargetComputed) as refusal:
        services.record_target_values("T02", [], source="me", as_of=date(2026, 9, 15), by=BY, at=AT)
    assert "completion_of_programme" in refusal.value.message


def test_a_target_nobody_defined_is_not_found(country):
    with pytest.raises(TargetUnknown):
        queries.standings("T99", [NINE])


def test_published_figures_stand_beside_ours_and_are_not_mixed(country):
    country.accept("C11", period="2025-Y", form="BM02", B02=300)
    country.accept("C31", period="2025-Y", form="BM02", B02=200)
    country.publish()
    beside = {(each.indicator, each.period_key): each for each in queries.reference_beside()}
    found = beside["B02", "2025-Y"]
    assert (found.published, found.here) == (D(15280), D(500))
    assert found.ratio == pytest.approx(D("0.0327"), abs=D("0.0001"))
    assert beside["D01", "2025-Y"].computed
    assert beside["L01", "2023-Y"].note["en"] == "The parts published for 2023 add up to 24,432."
    assert beside["B02", "2023-Y"].here is None


def test_definitions_load_once_and_stay_as_published(country, settings):
    again = services.load_definitions(settings.DEFINITIONS_DIR, at=AT)
    assert again.added == []
    assert again.unchanged == len(queries.derived_indicators()) + len(queries.targets()) + 51
