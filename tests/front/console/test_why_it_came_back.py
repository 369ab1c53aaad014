"""Why a report came back stays readable at its foot, for those who may read of small cells and nobody else."""

import pytest

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


@pytest.mark.slow
def test_the_words_that_may_name_a_small_cell_are_not_an_outsiders(browser, home):
    report = accepted(home.units, home.people, D06=7, D08=3, D01=2)
    services.reopen(report, reason=WHY, by=home.people["approver"], at=house.AT)

    for page in pages(browser, report, "leader", "watcher", "synthesis"):
        assert "Sent back" in page
        assert WHY not in page
    for page in pages(browser, report, "compiler", "approver"):
        assert page.count(WHY) == 2
