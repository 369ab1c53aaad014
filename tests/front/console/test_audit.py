"""The auditor's trail: who, what, when, on what; and whether the chain holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.foundation.audit import services as trail
from giamsat.intake.observations import services
from giamsat.lib.actors import Actor
from tests.front.console.conftest import submitted
from tests.intake import house

MACHINE = Actor.system("tests")


def entry(subject="report:1", verb="report.accepted", at=house.AT, **facts):
    return trail.record(verb, subject=subject, by=MACHINE, at=at, facts=facts)


def test_who_did_what_to_what_stands_there_in_words(browser, home):
    submitted(home.units, home.people, D06=7, D01=2)
    page = browser("auditor").get("/audit/").content.decode()
    assert "Submitted a report" in page
    assert "report.submitted" in page
    assert "head" in page
    assert "Xã Hua Bum" in page
    assert "September 2026" in page


def test_codes_and_days_of_facts_are_words_on_the_page_and_raw_in_the_export(browser, home):
    entry(
        "warning:7", period="2026-M09", due_on="2026-10-08", detector="out_of_line", figure="B07", basis="own"
    )
    client = browser("auditor")
    client.cookies["django_language"] = "vi"
    page = client.get("/audit/?subject=warning:7").content.decode()
    for words in ("Tháng 9/2026", "08/10/2026", "Số đảng viên được kiểm tra (B07)", ">hệ thống</td>"):
        assert words in page
    for raw in ("2026-M09", "2026-10-08", "out_of_line"):
        assert raw not in page
    exported = client.get("/audit/audit.csv?subject=warning:7").content.decode()
    for raw in ("2026-M09", "2026-10-08", "out_of_line", "system:tests"):
        assert raw not in exported


def test_words_about_a_report_are_marked_for_who_may_not_read_its_small_cells(browser, home):
    """They may name one, and the digest of a form with one cell unknown has few guesses; a grant's reason stays."""
    report = submitted(home.units, home.people, D06=7, D08=3, D01=2)
    services.send_back(
        report,
        reason="D08 is 3, the record of the case says two members",
        by=home.people["approver"],
        at=house.AT,
    )
    entry("warning:7", "warning.explanation_requested", text="why 3 persons")
    entry("delivery:7", "delivery.refused", sha256="5f3759df")
    entry("account:7", "grant.given", reason="on leave")
    client = browser("auditor")

    for page in ("/audit/", "/audit/audit.csv"):
        told = client.get(page).content.decode()
        assert "report.returned" in told
        assert "•••" in told
        assert "on leave" in told
        for secret in ("D08 is 3", "why 3 persons", "5f3759df"):
            assert secret not in told


@pytest.mark.parametrize("person", ["head", "approver", "leader", "duty_officer"])
def test_others_are_refused_in_words(browser, person):
    answer = browser(person).get("/audit/")
    assert answer.status_code == 403
    assert "You may not read the audit trail" in answer.content.decode()


@pytest.mark.parametrize(
    ("filter", "shown"),
    [
        ("verb=report.accepted", True),
        ("verb=warning.dismissed", False),
        ("subject=report:77", True),
        ("who=tests", True),
        ("who=nobody-here", False),
        ("since=2026-10-01&until=2026-10-01", True),
        ("until=2026-09-30", False),
    ],
)
def test_the_trail_is_narrowed(browser, home, filter, shown):
    entry("report:77", note="marked for the test")
    page = browser("auditor").get(f"/audit/?{filter}").content.decode()
    assert ("marked for the test" in page) is shown


def test_older_entries_are_reached_without_losing_the_place(browser, home):
    for number in range(205):
        entry(f"report:{1000 + number}")
    client = browser("auditor")
    first = client.get("/audit/?who=tests").content.decode()
    last = first.split("before=")[1].split('"')[0]
    entry("report:9999")
    second = client.get(f"/audit/?who=tests&before={last}").content.decode()
    assert "report:1105" in first
    assert "report:1104" not in first
    assert "report:1104" in second
    assert "report:9999" not in second


def test_the_chain_is_verified_on_demand(browser, home):
    entry()
    trail.seal_pending(at=house.AT)
    client = browser("auditor")
    assert "entries in the chain" in client.get("/audit/").content.decode()
    assert "Verified now: unbroken" in client.post("/audit/verify/").content.decode()


def test_taking_the_trail_away_is_itself_on_record(browser, home):
    entry("report:77", note="=HYPERLINK()")
    client = browser("auditor")
    lines = client.get("/audit/audit.csv?subject=report:77").content.decode()
    assert "note: =HYPERLINK()" in lines
    assert "Exported the audit trail" in client.get("/audit/").content.decode()


@pytest.mark.parametrize(
    ("language", "header"),
    [
        ("en", "When,Who,Code,What was done,On what,Unit code,Facts"),
        ("vi", "Thời điểm,Người thực hiện,Mã,Hành động,Đối tượng,Mã đơn vị,Dữ kiện"),
    ],
)
def test_the_exported_trail_has_a_head_in_the_reader_s_language(browser, home, language, header):
    client = browser("auditor")
    client.cookies["django_language"] = language
    lines = client.get("/audit/audit.csv").content.decode().removeprefix("\ufeff").splitlines()
    assert lines[0] == header


def test_as_many_questions_for_three_entries_as_for_one(browser, home):
    client, counts = browser("auditor"), []
    for more in (1, 2):
        for _ in range(more):
            entry("report:55")
        client.get("/audit/?subject=report:55")
        with CaptureQueriesContext(connection) as asked:
            client.get("/audit/?subject=report:55")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("asked", "status"),
    [("before=" + "9" * 5_000, 404), ("before=²", 404), ("until=9999-12-31", 200), ("since=0001-01-01", 200)],
)
def test_a_number_or_a_day_beyond_all_count_breaks_nothing(browser, home, asked, status):
    assert browser("auditor").get(f"/audit/?{asked}").status_code == status
