"""Why a report came back stays readable at its foot, for those who may read of small cells and nobody else."""

from datetime import timedelta

import pytest

from giamsat.foundation.audit import queries as trail
from giamsat.intake.observations import services
from tests.front.console.conftest import accepted, submitted
from tests.intake import house

WHY = "D08 ghi 3 đảng viên, theo hồ sơ là 2"


def pages(browser, report, *people):
    return [browser(person).get(f"/reports/{report.pk}/").content.decode() for person in people]


def test_after_it_was_sent_again_both_sides_still_read_why_it_came_back(browser, home):
    report = submitted(home.units, home.people, D06=7, D01=2)
    services.send_back(report, reason=WHY, by=home.people["approver"], at=house.AT)
    services.submit(report, by=home.people["head"], at=house.AT)

    for page in pages(browser, report, "compiler", "head", "approver"):
        assert WHY in page.split('id="history-title"')[1].split("</section>")[0]


def test_a_report_sent_again_as_it_was_says_so_to_those_who_decide(browser, home):
    """The head is told before, the approver in the inbox and on the page, the auditor in the trail."""
    report = submitted(home.units, home.people, D06=7, D01=2)
    services.send_back(report, reason=WHY, by=home.people["approver"], at=house.AT)
    [page] = pages(browser, report, "head")
    assert "No figure was changed since it came back" in page
    services.submit(report, by=home.people["head"], at=house.AT)

    [page] = pages(browser, report, "approver")
    assert "Sent again as it was: no figure was changed since it came back" in page
    assert "figures unchanged" in browser("approver").get("/inbox/").content.decode()
    assert trail.history_of(report.subject).last().facts["figures_unchanged"] is True


def test_a_report_that_was_corrected_is_not_called_unchanged(browser, home):
    report = submitted(home.units, home.people, D06=7, D01=2)
    services.send_back(report, reason=WHY, by=home.people["approver"], at=house.AT)
    later, form = house.AT + timedelta(minutes=1), house.form("BMT", house.SEPTEMBER)
    corrected = house.figures(form, A04=200, D06=8, D01=2)
    services.receive(
        home.units.hua_bum, form, house.SEPTEMBER, corrected, by=home.people["compiler"], at=later
    )
    services.submit(report, by=home.people["head"], at=later)

    [page] = pages(browser, report, "approver")
    assert "no figure was changed" not in page
    assert "figures unchanged" not in browser("approver").get("/inbox/").content.decode()
    assert "figures_unchanged" not in trail.history_of(report.subject).last().facts


@pytest.mark.slow
def test_the_words_that_may_name_a_small_cell_are_not_an_outsiders(browser, home):
    report = accepted(home.units, home.people, D06=7, D08=3, D01=2)
    services.reopen(report, reason=WHY, by=home.people["approver"], at=house.AT)

    for page in pages(browser, report, "leader", "watcher", "synthesis"):
        assert "Sent back" in page
        assert WHY not in page
    for page in pages(browser, report, "compiler", "approver"):
        assert page.count(WHY) == 2


@pytest.mark.slow
def test_nor_does_the_overview_tell_them_to_outsiders(browser, home, published):
    report = accepted(home.units, home.people, D06=7, D08=3, D01=2)
    services.reopen(report, reason=WHY, by=home.people["approver"], at=house.AT)
    address = "/?period=2026-M09&place=12"

    assert WHY in browser("approver").get(address).content.decode()
    for person in ("leader", "watcher", "synthesis", "committee_leader"):
        page = browser(person).get(address).content.decode()
        assert "Hua Bum" in page
        assert WHY not in page
