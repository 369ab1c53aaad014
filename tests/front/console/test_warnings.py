"""Warnings: by urgency, with their evidence, and acts by competence."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.front.console import warnings
from tests.front.console.warned import asked, warning_of

REASON = "Tỉnh đã rà soát, số liệu đúng do đợt kiểm tra chuyên đề"


def test_the_most_urgent_comes_first(browser, home):
    near = warning_of(home.units.hue, score=4.2, value=201)
    far = warning_of(home.units.lai_chau, score=8.5)
    page = browser("leader").get("/warnings/").content.decode()
    assert page.index(f"/warnings/{far.pk}/") < page.index(f"/warnings/{near.pk}/")
    assert "2 warnings" in page


def test_a_watcher_sees_the_units_they_watch(browser, home):
    mine, other = warning_of(home.units.lai_chau), warning_of(home.units.hue)
    client = browser("watcher")
    page = client.get("/warnings/").content.decode()
    assert f"/warnings/{mine.pk}/" in page
    assert f"/warnings/{other.pk}/" not in page
    assert client.get(f"/warnings/{other.pk}/").status_code == 404


def test_what_does_not_fit_one_page_is_reached_by_its_links(browser, home, monkeypatch):
    monkeypatch.setattr(warnings, "ROWS_ON_A_PAGE", 1)
    near, far = warning_of(home.units.hue, score=4.2, value=201), warning_of(home.units.lai_chau, score=8.5)
    client = browser("leader")
    first = client.get("/warnings/").content.decode()
    assert f"/warnings/{far.pk}/" in first
    assert f"/warnings/{near.pk}/" not in first
    [link] = re.findall(r'href="(\?[^"]*page=2)"', first)
    assert f"/warnings/{near.pk}/" in client.get(f"/warnings/{html.unescape(link)}").content.decode()


def test_the_evidence_is_all_there(browser, home):
    page = browser("leader").get(f"/warnings/{warning_of(home.units.lai_chau).pk}/").content.decode()
    for shown in ("412", "88–177", "40–150", "33 units of its kind, unnamed", "36/40", "generation 12"):
        assert shown in page
    assert "out_of_line v1" in page
    assert '"kind": "main"' in page
    assert "Huế" not in page


def test_a_warning_on_a_few_persons_is_there_only_for_those_who_may_see_them(browser, home):
    small = warning_of(home.units.hua_bum, small_cell=True, value=3)
    assert browser("approver").get(f"/warnings/{small.pk}/").status_code == 200
    for person in ("leader", "watcher", "neighbour"):
        answer = browser(person).get(f"/warnings/{small.pk}/")
        assert answer.status_code == 404


@pytest.mark.slow
def test_dismissing_needs_a_reason_and_shows_it_with_who_and_when(browser, home):
    warning = warning_of(home.units.lai_chau)
    client = browser("leader")
    refused = client.post(f"/warnings/{warning.pk}/dismiss/", {"reason": "ok"})
    assert refused.status_code == 422
    assert ">\nok</textarea>" in refused.content.decode()
    assert client.post(f"/warnings/{warning.pk}/dismiss/", {"seen": "0", "reason": REASON}).status_code == 302
    page = client.get(f"/warnings/{warning.pk}/").content.decode()
    assert REASON in page
    assert "leader" in page
    again = client.post(f"/warnings/{warning.pk}/dismiss/", {"seen": "0", "reason": REASON})
    assert again.status_code == 422
    assert "is already" in again.content.decode()


@pytest.mark.parametrize("seen", [None, "", "x", "-1"])
def test_a_dismissal_that_does_not_say_what_was_seen_is_refused(browser, home, seen):
    found = warning_of(home.units.lai_chau)
    said = {"reason": REASON} | ({} if seen is None else {"seen": seen})
    answer = browser("leader").post(f"/warnings/{found.pk}/dismiss/", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "It was not said how far this had come when you opened it" in page
    assert REASON in page
    found.refresh_from_db()
    assert found.state == "open"


def test_one_who_only_reads_is_refused_in_words(browser, home):
    warning = warning_of(home.units.lai_chau)
    answer = browser("approver").post(f"/warnings/{warning.pk}/dismiss/", {"seen": "0", "reason": REASON})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "You may not dismiss warnings" in page
    assert REASON in page  # what was typed is given back


def test_an_explanation_is_asked_by_a_day_to_come(browser, home):
    warning = warning_of(home.units.lai_chau)
    client = browser("watcher")
    typed = {"text": "Đề nghị giải trình số tháng 9", "due_on": "2026-09-30"}
    refused = client.post(f"/warnings/{warning.pk}/request/", typed)
    assert refused.status_code == 422
    assert "Choose a day after today" in refused.content.decode()
    assert "Đề nghị giải trình số tháng 9" in refused.content.decode()
    assert (
        client.post(f"/warnings/{warning.pk}/request/", typed | {"due_on": "2026-10-08"}).status_code == 302
    )
    warning.refresh_from_db()
    assert warning.request.due_on == date(2026, 10, 8)


def test_warnings_leave_as_csv(browser, home):
    warning_of(home.units.lai_chau)
    line = browser("leader").get("/warnings/warnings.csv").content.decode().splitlines()[1]
    assert line.startswith("12,Lai Châu,2026-M09,")


def test_as_many_questions_for_three_warnings_as_for_one(browser, home):
    client, counts = browser("leader"), []
    for units in ([home.units.lai_chau], [home.units.hue, home.units.hua_bum]):
        for unit in units:
            warning_of(unit, score=5)
        client.get("/warnings/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/warnings/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_happened_to_it_stands_at_the_foot(browser, home):
    found = warning_of(home.units.hua_bum)
    browser("watcher").post(f"/warnings/{found.pk}/dismiss/", {"seen": "0", "reason": REASON})
    page = browser("head").get(f"/warnings/{found.pk}/").content.decode()
    told = page.split('id="history-title"')[1].split("</section>")[0]
    assert "Dismissed a warning" in told
    assert "watcher" in told
    assert REASON not in told  # the decision itself stands beside, with its reason


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Dismissing the warning withdraws it"), ("vi", "Bỏ qua cảnh báo là thu hồi yêu cầu này")],
)
def test_dismissing_says_beforehand_that_an_open_request_is_withdrawn(browser, home, language, said):
    found = warning_of(home.units.hua_bum)
    client = browser("watcher")
    client.cookies["django_language"] = language
    assert said not in client.get(f"/warnings/{found.pk}/").content.decode()
    asked(home, found)
    page = client.get(f"/warnings/{found.pk}/").content.decode()
    assert said in page
    assert "08/10/2026" in page.split('class="gs-note"')[1].split("</div>")[0]


@pytest.mark.slow
def test_a_dismissal_from_a_page_read_before_the_unit_was_asked_is_refused_and_shows_the_request(
    browser, home
):
    found = warning_of(home.units.hua_bum)
    client = browser("watcher")
    read = {"seen": "0", "reason": REASON}
    asked(home, found)
    stale = client.post(f"/warnings/{found.pk}/dismiss/", read)
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "was acted on after you opened it" in page
    assert "Dismissing the warning withdraws it" in page
    assert REASON in page
    assert 'name="seen" value="1"' in page
    again = client.post(f"/warnings/{found.pk}/dismiss/", read | {"seen": "1"})
    assert again.status_code == 302
    assert "Dismissed; the request was withdrawn" in client.get(f"/warnings/{found.pk}/").content.decode()
