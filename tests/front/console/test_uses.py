"""A look at a report by others than its unit is counted; the unit's own, and that of who decides about it, is not."""

import pytest

from giamsat.foundation.outbox import services as outbox
from giamsat.intake.quality.models import Use
from tests.front.console.conftest import words
from tests.front.console.warned import asked, warning_of
from tests.intake.house import AT


def counted():
    return [(each.form_code, each.period_key, each.views, each.decisions) for each in Use.objects.all()]


@pytest.mark.parametrize(
    ("name", "views"), [("head", 0), ("approver", 1), ("watcher", 1), ("foreign_approver", 0)]
)
def test_only_others_who_may_read_it_are_counted(browser, home, name, views):
    browser(name).get(f"/reports/{home.august.pk}/")
    assert sum(each[2] for each in counted()) == views


def test_a_question_about_a_figure_cites_the_report_it_is_from(home):
    asked(home, warning_of(home.units.hua_bum, period="2026-M08"))
    outbox.deliver_now(at=AT)
    assert counted() == [("BMT", "2026-M08", 0, 1)]


def test_a_question_about_a_small_cell_is_counted_nowhere(home):
    warning = warning_of(home.units.hua_bum, period="2026-M08")
    asked(home, warning)
    type(warning).objects.update(small_cell=True)
    outbox.deliver_now(at=AT)
    assert counted() == []


def test_the_page_of_scores_says_how_often_and_until_when(browser, home):
    browser("watcher").get(f"/reports/{home.august.pk}/")
    page = words(browser("head").get(f"/reports/{home.august.pk}/scores/"))
    assert "1 view by others and 0 decisions in the 30 days to 31/10/2026; 5 make full use." in page
