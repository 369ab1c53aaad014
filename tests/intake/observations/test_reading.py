"""Which version of a report each person reads on its way through the levels."""

import pytest

from giamsat.foundation.access import queries as access
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.errors import ReportNotFound
from tests.intake.house import AT, SEPTEMBER, figures, form

REASON = "D06 thiếu số của hai chi bộ"


@pytest.fixture
def compile_report(country, people):
    def _compile(**given):
        flash = form("BMT", SEPTEMBER)
        values = figures(flash, A04=200, **given)
        return services.receive(
            country.hua_bum, flash, SEPTEMBER, values, by=people["compiler"], at=AT
        ).report

    return _compile


def read_by(people, name, report):
    """The number of the version this person reads; None when they find no such report."""
    person = people[name]
    try:
        found = queries.report_for(person, report.pk, at=AT)
    except ReportNotFound:
        return None
    return queries.version_for(access.scope_for(person, at=AT), found).number


def everybody(people, report):
    return [read_by(people, name, report) for name in ("compiler", "head", "approver", "centre")]


def test_a_draft_is_read_by_its_makers_alone(compile_report, people):
    assert everybody(people, compile_report(D06=7)) == [1, 1, None, None]


def test_what_was_submitted_is_read_above(compile_report, people):
    report = services.submit(compile_report(D06=7), by=people["head"], at=AT)
    assert everybody(people, report) == [1, 1, 1, 1]
    returned = services.send_back(report, reason=REASON, by=people["approver"], at=AT)
    assert everybody(people, returned) == [1, 1, 1, 1]
    assert everybody(people, compile_report(D06=8)) == [2, 2, None, None]


def test_a_correction_is_read_above_by_who_decides_and_not_before_it_is_submitted(compile_report, people):
    first = services.submit(compile_report(D06=7), by=people["head"], at=AT)
    services.accept(first, by=people["approver"], at=AT)
    services.reopen(first, reason=REASON, by=people["approver"], at=AT)
    corrected = compile_report(D06=8)
    assert everybody(people, corrected) == [2, 2, 1, 1]
    services.submit(corrected, by=people["head"], at=AT)
    assert everybody(people, corrected) == [2, 2, 2, 1]
    services.accept(corrected, by=people["approver"], at=AT)
    assert everybody(people, corrected) == [2, 2, 2, 2]
