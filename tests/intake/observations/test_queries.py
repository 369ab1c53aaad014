"""What others ask of reports: who may read them, what changed, what was known when."""

import pytest

from giamsat.foundation.access import queries as access_queries
from giamsat.foundation.access import services as access
from giamsat.foundation.access.choices import Classification
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.errors import ReportNotFound
from giamsat.intake.observations.services import Accepting
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from tests.intake.house import AT, AUGUST, SEPTEMBER, SYSTEM, figures, form, make_person

ACCEPTING = Accepting(Actor.system("approver"))
LAST_YEAR = Period("M", 2025, 9)


@pytest.fixture
def tell(country):
    """``tell(AUGUST, country.hua_bum, B07=3)``: accepted flash figures of one unit."""

    def _tell(period, unit, **given):
        flash = form("BMT", period)
        receipt = services.receive_many(
            flash, period, [unit.pk], [figures(flash, **given)], by=SYSTEM, at=AT, accepting=ACCEPTING
        )
        assert not receipt.refusals
        return queries.report(receipt.reports[unit.pk])

    return _tell


def test_who_may_read_nothing_internal_is_shown_no_report(country, tell):
    told = tell(SEPTEMBER, country.hua_bum)
    reader = make_person("reader", country.lai_chau, ("watcher", country.lai_chau, True))
    low = make_person("low", country.lai_chau)
    access.give_grant(
        low, role="watcher", unit=country.lai_chau, subtree=True, valid_from=AT.date(), reason="a test",
        ceiling=Classification.PUBLIC, by=None, at=AT,
    )  # fmt: skip

    assert list(queries.reports_for(reader, at=AT)) == [told]
    assert not queries.reports_for(low, at=AT).exists()
    with pytest.raises(ReportNotFound):
        queries.report_for(low, told.pk, at=AT)


def compared(report, unit, role="head"):
    person = make_person(f"{role}-{report.pk}", unit, (role, unit, True))
    return queries.comparison(report, report.current, to=access_queries.scope_for(person, at=AT))


def test_a_draft_is_compared_with_by_nobody_but_its_makers(country, people, tell):
    flash = form("BMT", AUGUST)
    drafted = figures(flash, B07=25)
    services.receive(country.hua_bum, flash, AUGUST, drafted, by=people["compiler"], at=AT)
    report = tell(SEPTEMBER, country.hua_bum, B07=31)
    assert compared(report, country.hua_bum).rows[1].previous == 25
    assert compared(report, country.lai_chau, "approver").rows[1].previous is None


def test_an_approver_sees_figures_beside_last_month_and_last_year(country, tell):
    tell(LAST_YEAR, country.hua_bum, A04=190, B07=20)
    tell(AUGUST, country.hua_bum, A04=200, B07=25)
    report = tell(SEPTEMBER, country.hua_bum, A04=200, B07=31)
    comparison = compared(report, country.hua_bum)
    assert (comparison.previous_period, comparison.last_year_period) == (AUGUST, LAST_YEAR)
    row = next(row for row in comparison.rows if row.key == "B07")
    assert (row.value, row.previous, row.last_year) == (31, 25, 20)


def test_without_earlier_reports_there_is_nothing_to_compare_with(country, tell):
    row = compared(tell(SEPTEMBER, country.hua_bum, B07=3), country.hua_bum).rows[1]
    assert (row.value, row.previous, row.last_year) == (3, None, None)


def test_last_year_is_compared_over_form_versions_by_cell_key(country):
    for period, value in ((Period("9M", 2025), 4), (Period("9M", 2026), 6)):
        own = form("BM05P", period)
        services.receive_many(
            own, period, [country.lai_chau.pk], [figures(own, D01=value, D01_TINH=value)],
            by=SYSTEM, at=AT, accepting=ACCEPTING,
        )  # fmt: skip
    report = queries.report_of(country.lai_chau, "BM05P", "2026-9M")
    row = next(row for row in compared(report, country.lai_chau).rows if row.key == "D01.lvl=TINH")
    assert (row.value, row.last_year) == (6, 4)


def test_packed_figures_of_a_year_or_of_some_reports(country, tell):
    report = tell(SEPTEMBER, country.hua_bum, A04=200)
    tell(LAST_YEAR, country.hua_bum)
    packed = list(queries.packed_versions(year=2026))
    assert [(each.report_id, each.form_code, each.form_version, each.status) for each in packed] == [
        (report.pk, "BMT", 1, "TIEP_NHAN")
    ]
    assert packed[0].values.startswith("{200.0000,0.0000")
    assert queries.published_years() == [2025, 2026]


@pytest.mark.parametrize("count", [1, 3])
def test_packed_figures_are_read_with_one_question(country, tell, count, django_assert_num_queries):
    units = [country.hua_bum, country.muong_te, country.phu_xuan][:count]
    ids = [tell(SEPTEMBER, unit).pk for unit in units]
    with django_assert_num_queries(1):
        assert len(list(queries.packed_versions(ids))) == count
