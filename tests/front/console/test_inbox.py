from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.front.console import inbox
from tests.front.console.conftest import submitted
from tests.intake import house


def submitted_by(home, unit):
    """A September report of a unit, submitted by a person of its own."""
    from giamsat.intake.observations import services

    person = house.make_person(f"all-{unit.code}", unit, ("compiler", unit, False), ("head", unit, False))
    form = house.form("BMT", house.SEPTEMBER)
    report = services.receive(
        unit, form, house.SEPTEMBER, house.figures(form, A04=200, D06=7), by=person, at=house.AT
    ).report
    return services.submit(report, by=person, at=house.AT)


def test_submitted_reports_wait_with_how_late_they_are(browser, home):
    report = submitted(home.units, home.people, D06=7, D01=2)
    page = browser("approver").get("/inbox/").content.decode()
    assert f"/reports/{report.pk}/" in page
    assert "Xã Hua Bum" in page
    assert "1 waits for you" in page
    assert 'data-value="6"' in page


def test_more_than_a_page_holds_are_counted_all_the_same(browser, home, monkeypatch):
    monkeypatch.setattr(inbox, "MOST_ROWS", 1)
    submitted(home.units, home.people, D06=7, D01=2)
    submitted_by(home, home.units.muong_te)
    page = browser("approver").get("/inbox/").content.decode()
    assert page.count("Look and decide") == 1
    assert "2 wait for you" in page


def test_a_list_that_is_cut_says_so_offers_every_period_and_leaves_whole_as_csv(browser, home, monkeypatch):
    accepted = "state=TIEP_NHAN"
    whole = browser("approver").get(f"/inbox/?{accepted}").content.decode()
    assert "are shown." not in whole
    monkeypatch.setattr(inbox, "MOST_ROWS", 1)
    page = browser("approver").get(f"/inbox/?{accepted}").content.decode()
    assert f"1 of {whole.count('<tr data-key')} are shown." in page
    assert 'value="2026-M08"' in page
    assert 'value="2025-M09"' in page
    lines = browser("approver").get(f"/inbox/inbox.csv?{accepted}").content.decode().splitlines()
    assert len(lines) - 1 == whole.count("<tr data-key")


def test_another_province_does_not_see_them(browser, home):
    submitted(home.units, home.people, D06=7, D01=2)
    page = browser("foreign_approver").get("/inbox/").content.decode()
    assert "Hua Bum" not in page
    assert "No report waits here." in page


def test_decided_ones_are_found_under_their_state(browser, home):
    page = browser("approver").get("/inbox/?state=TIEP_NHAN&period=2026-M08").content.decode()
    assert f"/reports/{home.august.pk}/" in page
    assert f"/reports/{home.last_year.pk}/" not in page


def test_one_who_accepts_nothing_is_told_so(browser):
    answer = browser("compiler").get("/inbox/")
    assert answer.status_code == 403
    assert "You may not accept or return reports" in answer.content.decode()


def test_the_inbox_leaves_as_csv(browser, home):
    submitted(home.units, home.people, D06=7, D01=2)
    lines = browser("approver").get("/inbox/inbox.csv").content.decode().splitlines()
    assert lines[1].startswith("03466,Xã Hua Bum,BMT,2026-M09,own,01/10/2026 08:30:00,6,0,0,")


def test_as_many_questions_for_three_reports_as_for_one(browser, home):
    client = browser("approver")
    counts = []
    submitted(home.units, home.people, D06=7, D01=2)
    for more in (
        [],
        [home.units.muong_te, house.unit(home.units.lai_chau, "03468", "Xã Pa Tần", 2, "commune")],
    ):
        for unit in more:
            submitted_by(home, unit)
        client.get("/inbox/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = client.get("/inbox/").content.decode()
        counts.append((page.count("Look and decide"), len(asked)))
    assert [shown for shown, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]
