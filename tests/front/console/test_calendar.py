"""The reporting calendar: what is owed and how it stands, for whom by name, and what leaves by a download."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services
from giamsat.intake.sources import queries as sources
from giamsat.lib import clock
from tests.front.console.conftest import accepted, received, submitted, words
from tests.intake import house

SEPTEMBER = house.SEPTEMBER.key
PAGE = f"/calendar/?place=12&year=2026&level=2&period={SEPTEMBER}"
REPORTS = f"/calendar/reports/?place=12&year=2026&level=2&period={SEPTEMBER}"


def row_of(page, key):
    """Its text, after the row's key."""
    _before, found, after = page.partition(f'data-key="{key}"')
    return after.split("</tr>")[0] if found else ""


@pytest.fixture
def late(monkeypatch):
    """Half a week after September's flash form was due."""
    due = sources.due_on(next(iter(sources.obligations(house.SEPTEMBER))), house.SEPTEMBER)
    shift = (due + timedelta(days=4)) - clock.today()
    monkeypatch.setenv(clock.SHIFT_VARIABLE, str(clock.shift().total_seconds() + shift.total_seconds()))


def sent_on(report, day):
    type(report).objects.filter(pk=report.pk).update(first_sent_on=day)


def test_a_period_counts_what_is_owed_in_time_and_overdue(browser, home, late):
    submitted(home.units, home.people, D06=9, D01=2)
    page = words(browser("approver").get(PAGE))
    line = row_of(page, SEPTEMBER)
    assert "1 overdue" in line
    assert "cut-off 20/09" in line
    form = row_of(page, "BMT.own")
    assert "stands=missing" in form
    assert "stands=awaiting" in form


def test_what_came_after_its_day_came_late_and_stays_so_when_it_is_sent_again(browser, home, late):
    report = submitted(home.units, home.people, D06=9, D01=2)
    due = report.due_on
    sent_on(report, due + timedelta(days=2))
    assert "Received late" in words(browser("approver").get(REPORTS))

    services.send_back(report, reason="Thiếu số của hai chi bộ", by=home.people["approver"], at=house.AT)
    back = row_of(words(browser("approver").get(REPORTS)), "03466-BMT-own")
    assert "Sent back" in back
    assert 'data-value="2"' in back
    services.submit(report, by=home.people["head"], at=house.AT)
    report.refresh_from_db()
    assert report.first_sent_on == due + timedelta(days=2)


def test_the_list_says_who_is_to_act(browser, home, late):
    received(home.units, home.people, D06=9, D01=2)
    page = words(browser("approver").get(f"{REPORTS}&stands=missing"))
    assert "the unit&#x27;s head: submit" in row_of(page, "03466-BMT-own")
    assert "the unit&#x27;s compiler: fill in" in row_of(page, "03467-BMT-own")


def test_units_are_named_only_to_those_who_read_their_reports(browser, home, late):
    submitted(home.units, home.people, D06=9, D01=2)
    outsider = browser("foreign_approver")
    page = words(outsider.get(PAGE))
    assert "Hua Bum" not in page
    assert "outside your scope" in page
    assert "1 overdue" in row_of(page, SEPTEMBER)
    assert "Hua Bum" not in words(outsider.get(REPORTS))
    assert "03466" not in outsider.get(REPORTS.replace("/reports/", "/reports/owed.csv")).content.decode()


def test_a_unit_sees_what_it_owes_next_with_the_days_left(browser, home):
    page = words(browser("compiler").get("/calendar/"))
    mine = page.partition('id="mine"')[2].split("</section>")[0]
    assert "September 2026" in mine
    assert "days left" in mine or "late" in mine
    assert 'id="mine"' not in words(browser("approver").get("/calendar/"))


def test_downloads_hold_the_same_table_as_numbers(browser, home, late):
    report = submitted(home.units, home.people, D06=9, D01=2)
    sent_on(report, report.due_on)
    address = PAGE.replace("/calendar/", "/calendar/completeness.xlsx")
    sheet = load_workbook(io.BytesIO(browser("approver").get(address).content)).active
    rows = {row[1]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["Lai Châu, all"][5:11] == (2, 1, 0, 0, 1, 0)
    assert rows["Xã Hua Bum"][12:] == (100, 100)
    lines = browser("approver").get(address.replace(".xlsx", ".csv")).content.decode()
    assert '12,"Lai Châu, all",2026-M09,BMT,own,2,1,0,0,1,0,1,50.0,50.0' in lines


@pytest.mark.parametrize(
    "wrong", ["year=1999", "level=9", "period=2031-M01", "stands=lost", "of=2025-07/19774"]
)
def test_what_the_calendar_does_not_have_is_refused_in_words(browser, wrong):
    answer = browser("approver").get(f"{REPORTS}&{wrong}")
    assert answer.status_code in (404, 422)


def test_a_locked_period_says_so(browser, home):
    sources.reporting_periods().filter(key="2026-M02").update(state="locked")
    assert "Locked" in row_of(words(browser("approver").get(PAGE)), "2026-M02")


@pytest.mark.slow
def test_a_page_asks_as_much_for_one_unit_as_for_three(browser, home):
    def questions(address):
        with CaptureQueriesContext(connection) as asked:
            assert browser("leader").get(address).status_code == 200
        return len(asked)

    questions(PAGE)  # whatever is kept is kept
    for page in (PAGE, REPORTS):
        few = questions(page)
        for number in range(3):
            house.unit(home.units.lai_chau, f"99{len(page)}{number}", f"Xã Mới {number}", 2, "commune")
        assert questions(page) == few


def test_the_level_above_reminds_with_one_click_and_a_second_one_says_so(browser, home, late):
    client = browser("approver")
    assert "Remind all who are late" in words(client.get(PAGE))
    first = client.post("/calendar/remind/", {"period": SEPTEMBER}, follow=True)
    assert "3 persons were reminded of 2 units." in words(first)
    second = client.post("/calendar/remind/", {"period": SEPTEMBER}, follow=True)
    assert "was reminded by your unit today already" in words(second)
    assert "Remind all who are late" not in words(browser("leader").get(PAGE))


def test_a_place_where_nobody_owes_anything_has_an_empty_list(browser, home):
    house.unit(home.units.hua_bum, "03466.C1", "Chi bộ thôn Nậm Cười", 3, "grassroots")
    for page in ("/calendar/", "/calendar/reports/"):
        assert browser("approver").get(page, {"place": "03466.C1"}).status_code == 200


def test_what_awaits_a_decision_is_looked_for_before_the_list_is_cut(home, late):
    accepted(home.units, home.people, D06=9, D01=2)  # Hua Bum's, which comes first in the list
    form = house.form("BMT", house.SEPTEMBER)
    neighbour = services.receive(
        home.units.muong_te, form, house.SEPTEMBER, house.figures(form), by=house.SYSTEM, at=house.AT
    ).report
    services.submit(neighbour, by=house.SYSTEM, at=house.AT)
    asked = observations.duties([house.SEPTEMBER])
    [found] = observations.one_by_one(
        asked, home.units.lai_chau, today=clock.today(), unit_ids=None, awaiting=True, most=1
    )
    assert found.report_id == neighbour.pk
