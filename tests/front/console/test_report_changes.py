"""Which cells a correction changed, from what to what, when, by whom and why; and what it makes of later reports."""

import pytest

from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import services
from giamsat.lib.periods import Period
from tests.front.console.conftest import accepted, words
from tests.intake import house

REASON = "Tính nhầm hai đảng viên của chi bộ khác"


def correct(home, report, **given):
    services.reopen(report, reason=REASON, by=home.people["approver"], at=house.AT)
    return accepted(home.units, home.people, report.period, **given)


def page(browser, report, who="compiler"):
    return words(browser(who).get(f"/reports/{report.pk}/changes/"))


@pytest.fixture
def corrected(home):
    return correct(home, home.august, D06=30, D01=2)


def test_each_changed_cell_with_who_when_and_why(corrected, browser):
    said = page(browser, corrected)
    assert "Version 1 → version 2" in said
    assert REASON in said
    assert (
        '<td class="num" data-label="Before">7</td><td class="num" data-label="After"><b>30</b></td>' in said
    )
    assert said.count('data-label="After"') == 1
    assert "Which cells changed" in words(browser("compiler").get(f"/reports/{corrected.pk}/"))


def test_a_later_report_that_now_stands_lower_is_told(home, browser):
    later = accepted(home.units, home.people, house.SEPTEMBER, D06=9, D01=2)
    first = correct(home, home.august, D06=30, D01=2)
    said = page(browser, first)
    assert "The report of" in said
    assert "now stands lower in 1 cumulative cell" in said
    assert f"/reports/{later.pk}/" in said
    outbox.deliver_now(at=house.AT)
    told = [each.words["en"] for each in home.people["compiler"].notices.filter(number=later.pk)]
    assert [each for each in told if "now stands lower than the corrected one" in each]


def test_outsiders_are_told_neither_a_hidden_cell_nor_why(corrected, browser):
    said = page(browser, corrected, "leader")
    assert REASON not in said
    assert 'data-label="After"' not in said
    assert "No cell that you may see differs." in said


def test_a_draft_is_nobody_elses(home, browser):
    report = accepted(home.units, home.people, Period("M", 2026, 7), D06=5)
    services.reopen(report, reason=REASON, by=home.people["approver"], at=house.AT)
    form = house.form("BMT", report.period)
    values = house.figures(form, A04=200, D06=6)
    services.receive(home.units.hua_bum, form, report.period, values, by=home.people["compiler"], at=house.AT)
    assert "Version 1 → version 2" in page(browser, report)
    assert "There is one version" in page(browser, report, "approver")
