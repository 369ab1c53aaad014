"""A report as it was known on a day: which version, by whose clock, and no more of it than outsiders may see."""

from datetime import UTC, datetime

import pytest

from giamsat.analysis.warehouse import services as warehouse
from giamsat.intake.observations import services
from tests.front.console.test_reports import cell_shown, row_of
from tests.intake import house

pytestmark = pytest.mark.slow

FIRST = datetime(2026, 9, 28, 2, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 9, 30, 17, 30, tzinfo=UTC)  # half past midnight of 1 October in Hà Nội
REASON = "D01 thiếu số của hai chi bộ"


def told(home, at, unit=None, **given):
    """Figures of a commune, sent and accepted at one instant."""
    unit = unit or home.units.hua_bum
    person = house.make_person(
        f"{unit.code}-{at:%d%H}", unit, ("compiler", unit, False), ("head", unit, False)
    )
    form = house.form("BMT", house.SEPTEMBER)
    figures = house.figures(form, **{"A04": 200, "D06": 19} | given)
    report = services.receive(unit, form, house.SEPTEMBER, figures, by=person, at=at).report
    services.submit(report, by=person, at=at)
    return services.accept(report, by=home.people["approver"], at=at)


@pytest.fixture
def corrected(home):
    """Five organisations were told on 28 September, six from half past midnight of 1 October."""
    report = told(home, FIRST, D01=5)
    services.reopen(report, reason=REASON, by=home.people["approver"], at=FIRST)
    return told(home, AFTER_MIDNIGHT, D01=6)


def shown_on(client, report, day, code="D01"):
    page = client.get(f"/reports/{report.pk}/?on={day}").content.decode()
    return row_of(page, code).split("gs-now")[1].split("</td>")[0].rsplit(">", 1)[-1].strip()


@pytest.mark.parametrize(
    ("day", "figure"),
    [("28/09/2026", "5"), ("2026-09-28", "5"), ("30/09/2026", "5"), ("01/10/2026", "6")],
)
def test_the_version_in_force_when_the_day_ended_here_is_shown(browser, home, corrected, day, figure):
    assert shown_on(browser("head"), corrected, day) == figure


def test_the_page_says_which_day_and_version_it_shows_and_offers_no_act(browser, home, corrected):
    page = browser("approver").get(f"/reports/{corrected.pk}/?on=28/09/2026").content.decode()
    assert "as known on 28/09/2026" in page
    assert "What was known at the end of 28/09/2026: version 1, accepted 28/09/2026 09:00." in page
    assert "Version 2" not in page
    assert 'id="report-acts"' not in page
    assert "Show the report as it is now" in page


def test_before_anything_was_accepted_the_page_says_so(browser, home, corrected):
    answer = browser("approver").get(f"/reports/{corrected.pk}/?on=27/09/2026")
    assert answer.status_code == 200
    assert (
        "At the end of 27/09/2026 no figure of this report had been accepted yet." in answer.content.decode()
    )


@pytest.mark.parametrize("typed", ["31/09/2026", "hôm qua", "02/10/2026"])
def test_what_is_no_day_up_to_today_is_refused_in_place(browser, home, corrected, typed):
    answer = browser("approver").get(f"/reports/{corrected.pk}/", {"on": typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"“{typed}” is not a day up to today. Write it as 01/10/2026, today or earlier." in page
    assert 'id="report-acts"' in page  # the report as it is now stays to be worked on


def test_the_export_is_of_the_same_day(browser, home, corrected):
    answer = browser("approver").get(f"/reports/{corrected.pk}/report.csv?on=28/09/2026")
    assert "2026-09-28.csv" in answer["Content-Disposition"]
    [line] = [line for line in answer.content.decode().splitlines() if line.startswith("D01")]
    assert line.split(",")[3] == "5"
    assert browser("approver").get(f"/reports/{corrected.pk}/report.csv?on=27/09/2026").status_code == 404


def test_a_draft_of_that_day_was_not_known(browser, home):
    report = told(home, FIRST, D01=5)
    services.reopen(report, reason=REASON, by=home.people["approver"], at=FIRST)
    form = house.form("BMT", house.SEPTEMBER)
    figures = house.figures(form, A04=200, D06=19, D01=6)
    services.receive(
        home.units.hua_bum, form, house.SEPTEMBER, figures, by=home.people["compiler"], at=house.AT
    )
    assert cell_shown(browser("compiler"), report, "D01") == "6"
    assert shown_on(browser("compiler"), report, "01/10/2026") == "5"


@pytest.mark.slow
def test_what_was_hidden_of_an_earlier_version_stays_hidden_by_date(browser, home):
    others = home.units.muong_te, house.unit(home.units.lai_chau, "03468", "Xã Pa Tần", 2, "commune")
    theirs = [told(home, FIRST, unit, D06=21, D08=5, D01=5) for unit in others]
    report = told(home, FIRST, D06=19, D08=3, D01=5)
    warehouse.rebuild(at=FIRST)
    for each in (*theirs, report):  # of a correction alone the sum would tell what it replaces
        services.reopen(each, reason=REASON, by=home.people["approver"], at=FIRST)
    for unit in others:
        told(home, AFTER_MIDNIGHT, unit, D06=21, D08=6, D01=5)
    told(home, AFTER_MIDNIGHT, D06=19, D08=8, D01=6)
    warehouse.rebuild(at=house.AT)

    def row_on(name, day):
        page = browser(name).get(f"/reports/{report.pk}/?on={day}").content.decode()
        return row_of(page, "D08").split("gs-now")[1].split("</td>")[0]

    assert ">3" in row_on("approver", "28/09/2026")
    assert "•••" in row_on("leader", "28/09/2026")
    assert ">8" in row_on("leader", "01/10/2026")


@pytest.mark.slow
@pytest.mark.parametrize("what", ["", "report.csv"])
def test_what_waits_for_company_waits_by_date_too(browser, home, what):
    report = told(home, FIRST, A04=7351, D01=2, D06=7351, D07=3, B07=7351)
    warehouse.rebuild(at=FIRST)
    address = f"/reports/{report.pk}/{what}?on=28/09/2026"
    assert "7351" in browser("approver").get(address).content.decode().replace(",", "")
    assert "7351" not in browser("leader").get(address).content.decode().replace(",", "")
