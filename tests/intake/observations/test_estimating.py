"""Estimates in the place of missing reports: apart, declared with their reason, and gone once the unit reports."""

from datetime import timedelta
from decimal import Decimal

import pytest

from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.audit.models import Entry
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.choices import Status, Way
from giamsat.intake.observations.errors import (
    EstimateNotThere,
    NotCounted,
    NotEstimable,
    NotWritable,
    ReasonMissing,
    ReportRefused,
    SumOutdated,
)
from giamsat.intake.observations.services import Accepting
from giamsat.intake.sources.choices import Basis
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from tests.intake.house import AT, SYSTEM, figures, form, make_person

LATER = AT + timedelta(hours=1)
NINE_MONTHS = Period("9M", 2026)
REASON = "Đơn vị mới sáp nhập, chưa có số liệu kỳ này"


def accepted(units, code="BM05", period=NINE_MONTHS, **given):
    asked = form(code, period)
    receipt = services.receive_many(
        asked, period, [each.pk for each in units], [figures(asked, **given)] * len(units),
        by=SYSTEM, at=AT, accepting=Accepting(Actor(None, "approver")),
    )  # fmt: skip
    assert not receipt.refusals


@pytest.fixture
def clerk(country):
    return make_person("clerk", country.lai_chau, ("compiler", country.lai_chau, False))


@pytest.fixture
def gap(country):
    """Mường Tè is missing; it had five last year, the two others two each now, Lai Châu itself one."""
    accepted([country.hua_bum, country.agencies], D01=2, D01_XA=2)
    accepted([country.lai_chau], "BM05P", D01=1, D01_TINH=1)
    accepted([country.muong_te], period=Period("9M", 2025), D01=5, D01_XA=5)
    return country.muong_te


def guess(country, gap, by, way=Way.LAST_YEAR, reason=REASON, **said):
    return services.estimate(
        country.lai_chau, "BM05P", NINE_MONTHS, gap, way=way, reason=reason, by=by, at=AT, **said
    )


def parts(country):
    return queries.parts_of(country.lai_chau, "BM05P", NINE_MONTHS)


def make(country, by, at=AT, **seen):
    return services.consolidate(country.lai_chau, "BM05P", NINE_MONTHS, by=by, at=at, **seen).report


def at_cell(found, values, key="D01"):
    return values[found.form.cell_by_key[key].ordinal]


def test_an_estimate_stands_apart_from_the_sum(country, gap, clerk):
    guess(country, gap, clerk)
    found = parts(country)
    assert [at_cell(found, each) for each in (found.total, found.guessed, found.declared)] == [5, 5, 10]
    assert (found.reported, [each.unit for each in found.missing], found.left_out) == (2, [gap], [])
    assert queries.report_of(gap, "BM05", NINE_MONTHS.key) is None


def test_the_report_declares_it(country, gap, clerk):
    guess(country, gap, clerk)
    report = make(country, clerk)
    assert queries.current_values(report)["D01"] == 10
    declared = queries.declarations([report.current_id])[report.current_id]
    assert (declared.reported, declared.expected) == (2, 3)
    assert [(each.unit, each.way, each.reason) for each in declared.estimates.all()] == [
        (gap, Way.LAST_YEAR, REASON)
    ]
    assert services.submit(report, by=SYSTEM, at=AT).status == Status.DA_NOP


def test_figures_that_arrive_otherwise_declare_nothing_and_are_refused(country, gap, clerk):
    guess(country, gap, clerk)
    asked = form("BM05P", NINE_MONTHS)
    with pytest.raises(ReportRefused) as refusal:
        services.receive(
            country.lai_chau, asked, NINE_MONTHS, figures(asked, D01=10, D01_TINH=1, D01_XA=9),
            by=clerk, at=AT, basis=Basis.CONSOLIDATED,
        )  # fmt: skip
    assert "R-04" in {each["rule"] for each in refusal.value.findings}


def test_once_the_unit_reports_its_own_figures_count(country, gap, clerk):
    guess(country, gap, clerk)
    report = make(country, clerk)
    accepted([gap], D01=3, D01_XA=3)
    found = parts(country)
    assert (at_cell(found, found.declared), found.differences["D01"]) == (8, 2)
    with pytest.raises(SumOutdated):
        services.submit(report, by=SYSTEM, at=LATER)
    anew = make(country, clerk, at=LATER, seen_version=1)
    assert queries.declarations([anew.current_id]) == {}


def test_typed_figures_and_the_last_ones_of_the_year(country, gap, clerk):
    accepted([gap], period=Period("6M", 2026), D01=4, D01_XA=4)
    assert at_cell(parts(country), parts(country).total) == 5
    guess(country, gap, clerk, Way.BEFORE)
    assert at_cell(parts(country), parts(country).guessed) == 4
    guess(country, gap, clerk, Way.TYPED, values=figures(form("BM05", NINE_MONTHS), D01=6, D01_XA=6))
    assert at_cell(parts(country), parts(country).guessed) == 6
    assert Entry.objects.filter(verb="estimate.withdrawn").count() == 1


def test_withdrawn_it_is_missing_again(country, gap, clerk):
    made = guess(country, gap, clerk)
    services.withdraw_estimate(made.pk, by=clerk, at=LATER)
    assert [each.unit for each in parts(country).left_out] == [gap]
    with pytest.raises(EstimateNotThere):
        services.withdraw_estimate(made.pk, by=clerk, at=LATER)


def test_only_what_is_missing_is_estimated_by_a_compiler_with_a_reason(country, gap, clerk, people):
    with pytest.raises(NotAllowed):
        guess(country, gap, people["approver"])
    with pytest.raises(ReasonMissing):
        guess(country, gap, clerk, reason="thiếu")
    with pytest.raises(NotEstimable, match="are in the sum, or do not belong to it"):
        guess(country, country.hua_bum, clerk)
    with pytest.raises(NotEstimable, match="the period before, of this year"):
        guess(country, gap, clerk, Way.BEFORE)


def test_a_sum_goes_up_with_no_estimate_that_was_withdrawn_and_keeps_those_it_went_up_with(
    country, gap, clerk
):
    made = guess(country, gap, clerk)
    report = make(country, clerk)
    services.withdraw_estimate(made.pk, by=clerk, at=LATER)
    with pytest.raises(SumOutdated, match=gap.name_vi):
        services.submit(report, by=SYSTEM, at=LATER)
    anew = guess(country, gap, clerk)
    services.submit(make(country, clerk, seen_version=1), by=SYSTEM, at=LATER)
    for late_act in (
        lambda: services.withdraw_estimate(anew.pk, by=clerk, at=LATER),
        lambda: guess(country, gap, clerk),
    ):
        with pytest.raises(NotWritable):
            late_act()


def test_a_unit_that_reports_what_was_estimated_is_no_longer_declared(country, gap, clerk):
    guess(country, gap, clerk)
    report = make(country, clerk)
    accepted([gap], D01=5, D01_XA=5)
    with pytest.raises(SumOutdated):
        services.submit(report, by=SYSTEM, at=LATER)
    anew = make(country, clerk, at=LATER, seen_version=1)
    assert services.submit(anew, by=SYSTEM, at=LATER).status == Status.DA_NOP
    assert queries.declarations([anew.current_id]) == {}


def test_typed_figures_can_be_counted(country, gap, clerk):
    blank = [None] * len(form("BM05", NINE_MONTHS).cells)
    for typed in ("1O", Decimal(-5), Decimal("2.5")):
        with pytest.raises(NotCounted):
            guess(country, gap, clerk, Way.TYPED, values=[typed, *blank[1:]])
