"""A consolidated report made of its parts: the own report first, missing units named, equal to what is in force."""

from datetime import timedelta

import pytest

from giamsat.foundation.access import services as access
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.choices import Standing, Status
from giamsat.intake.observations.errors import (
    ConflictInParts,
    OwnReportMissing,
    OwnReportNotInForce,
    ReportRefused,
    StaleVersion,
    SumOutdated,
)
from giamsat.intake.observations.services import Accepting
from giamsat.intake.sources.choices import Basis
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from tests.intake.house import AT, SYSTEM, figures, form, make_person

LATER = AT + timedelta(hours=1)
NINE_MONTHS = Period("9M", 2026)
APPROVER = Actor(None, "approver of the practice")


def accepted(units, code="BM05", **given):
    asked = form(code, NINE_MONTHS)
    rows = [figures(asked, **given)] * len(units)
    receipt = services.receive_many(
        asked, NINE_MONTHS, [each.pk for each in units], rows, by=SYSTEM, at=AT, accepting=Accepting(APPROVER)
    )
    assert not receipt.refusals


@pytest.fixture
def clerk(country):
    return make_person("clerk", country.lai_chau, ("compiler", country.lai_chau, False))


@pytest.fixture
def below(country):
    """Each of the three below Lai Châu has two on signs, and they are in force."""
    units = [country.hua_bum, country.muong_te, country.agencies]
    accepted(units, D01=2, D01_XA=2)
    return units


@pytest.fixture
def own(country):
    """Lai Châu's own report is sent and waits for the Centre."""
    return sent_own(country)


def sent_own(country):
    asked = form("BM05P", NINE_MONTHS)
    report = services.receive(
        country.lai_chau, asked, NINE_MONTHS, figures(asked, D01=1, D01_TINH=1), by=SYSTEM, at=AT
    ).report
    return services.submit(report, by=SYSTEM, at=AT)


def make(country, by, at=AT, **seen):
    return services.consolidate(country.lai_chau, "BM05P", NINE_MONTHS, by=by, at=at, **seen).report


def corrected(unit, **given):
    """The unit's figures in force are replaced by others."""
    report = services.reopen(
        queries.report_of(unit, "BM05", NINE_MONTHS.key), reason="Rà soát lại số liệu", by=SYSTEM, at=AT
    )
    asked = form("BM05", NINE_MONTHS)
    report = services.receive(unit, asked, NINE_MONTHS, figures(asked, **given), by=SYSTEM, at=LATER).report
    return services.accept(services.submit(report, by=SYSTEM, at=LATER), by=SYSTEM, at=LATER)


def test_the_sum_is_own_and_all_below_and_goes_the_same_way(country, below, own, clerk):
    report = make(country, clerk)
    said = queries.current_values(report)
    assert (said["D01"], said["D01.lvl=TINH"], said["D01.lvl=XA"]) == (7, 1, 6)
    assert (report.basis, report.status) == (Basis.CONSOLIDATED, Status.CHO_DUYET)


def test_own_figures_and_those_below_are_kept_apart(country, below, own):
    parts = queries.parts_of(country.lai_chau, "BM05P", NINE_MONTHS)
    place = parts.form.cell_by_key["D01"].ordinal
    assert (parts.own_figures.value(0, place), parts.below[place], parts.total[place]) == (1, 6, 7)
    assert [(each.unit, each.standing) for each in parts.children] == [
        (each, Standing.IN_FORCE) for each in sorted(below, key=lambda unit: unit.sort_key)
    ]


def test_a_sum_without_the_units_own_report_is_refused(country, below, clerk):
    with pytest.raises(
        OwnReportMissing, match=r"Lai Châu has not sent its own report BM05P for .*Send the own"
    ):
        make(country, clerk)


def test_who_is_missing_is_named(country, own, clerk):
    accepted([country.hua_bum], D01=2, D01_XA=2)
    with pytest.raises(ReportRefused) as refusal:
        make(country, clerk)
    [said] = [each for each in refusal.value.findings if each["rule"] == "R-04"]
    assert "Xã Mường Tè (03467)" in said["sentence"]["vi"]
    parts = queries.parts_of(country.lai_chau, "BM05P", NINE_MONTHS)
    assert {each.unit for each in parts.missing} == {country.muong_te, country.agencies}


def test_a_draft_below_is_not_sent_and_a_submitted_report_is_not_in_force(country):
    asked = form("BM05", NINE_MONTHS)
    for unit in (country.hua_bum, country.muong_te):
        services.receive(unit, asked, NINE_MONTHS, figures(asked), by=SYSTEM, at=AT)
    services.submit(queries.report_of(country.hua_bum, "BM05", NINE_MONTHS.key), by=SYSTEM, at=AT)
    standing = {
        each.unit: each.standing for each in queries.parts_of(country.lai_chau, "BM05P", NINE_MONTHS).children
    }
    assert standing == {
        country.hua_bum: Standing.AWAITING,
        country.muong_te: Standing.MISSING,
        country.agencies: Standing.MISSING,
    }


def test_a_figure_that_changes_below_is_told_and_the_old_sum_does_not_go_up(country, below, own, clerk):
    report = make(country, clerk)
    corrected(country.hua_bum, D01=5, D01_XA=5)
    parts = queries.parts_of(country.lai_chau, "BM05P", NINE_MONTHS)
    assert parts.differences == {"D01": -3, "D01.lvl=XA": -3}
    assert [each.unit for each in parts.changed_since] == [country.hua_bum]
    with pytest.raises(SumOutdated, match=r"2 cells differ.*Xã Hua Bum"):
        services.submit(report, by=SYSTEM, at=LATER)
    anew = make(country, clerk, at=LATER, seen_version=1)
    assert services.submit(anew, by=SYSTEM, at=LATER).status == Status.DA_NOP


def test_the_sum_comes_in_force_after_the_own_report_alone(country, below, own, clerk):
    report = services.submit(make(country, clerk), by=SYSTEM, at=LATER)
    with pytest.raises(OwnReportNotInForce, match="The own report BM05P of Lai Châu"):
        services.accept(report, by=SYSTEM, at=LATER)
    services.accept(own, by=SYSTEM, at=LATER)
    assert services.accept(report, by=SYSTEM, at=LATER).status == Status.TIEP_NHAN


def test_a_sum_taken_in_as_accepted_asks_for_the_own_report_too(country, below):
    asked = form("BM05P", NINE_MONTHS)
    receipt = services.receive_many(
        asked, NINE_MONTHS, [country.lai_chau.pk], [figures(asked, D01=6, D01_XA=6)], by=SYSTEM, at=AT,
        basis=Basis.CONSOLIDATED, accepting=Accepting(APPROVER),
    )  # fmt: skip
    assert isinstance(receipt.refusals[country.lai_chau.pk], OwnReportNotInForce)


def test_whoever_is_excluded_from_one_unit_does_not_add_up_the_others(country, below, own, clerk):
    access.exclude(clerk, unit=country.hua_bum, valid_from=AT.date(), reason="Vợ là bí thư", by=None, at=AT)
    with pytest.raises(ConflictInParts, match="You are excluded from Xã Hua Bum"):
        make(country, clerk)


def test_the_second_of_two_who_make_it_is_told(country, below, own, clerk):
    make(country, clerk, seen_version=0)
    with pytest.raises(StaleVersion):
        make(country, clerk, seen_version=0)


def test_the_centre_adds_up_what_its_points_have_signed(country, below, own, clerk):
    services.accept(own, by=SYSTEM, at=LATER)
    services.accept(services.submit(make(country, clerk), by=SYSTEM, at=LATER), by=SYSTEM, at=LATER)
    parts = queries.parts_of(country.centre, "BM05P", NINE_MONTHS)
    assert [(each.unit, each.basis, each.counts) for each in parts.children] == [
        (country.hue, Basis.CONSOLIDATED, False),
        (country.lai_chau, Basis.CONSOLIDATED, True),
    ]
    assert parts.own is None
    assert parts.total[parts.form.cell_by_key["D01"].ordinal] == 7


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_questions_for_one_unit_as_for_three(country, own, count, django_assert_num_queries):
    accepted([country.hua_bum, country.muong_te, country.agencies][:count])
    with django_assert_num_queries(11):
        assert queries.parts_of(country.lai_chau, "BM05P", NINE_MONTHS).reported == count
