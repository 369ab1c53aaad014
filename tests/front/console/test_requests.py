"""Requests for explanation: the unit answers with words and a file, the watcher accepts or sends back."""

import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.analysis.early_warning import services as early_warning
from giamsat.front.console import requests
from tests.front.console.warned import asked, warning_of
from tests.intake import house

TEXT = "Tháng 9 tổ chức kiểm tra chuyên đề tại sáu chi bộ, có biên bản kèm theo."
PDF = b"%PDF-1.7\nbien ban"


@pytest.fixture
def request_(home):
    """Hua Bum is asked to explain a figure of its own."""
    return asked(home, warning_of(home.units.hua_bum, value=88))


def seen(request):
    """What a page of it opened now would send with every act."""
    return {"seen": str(type(request.warning).objects.get(pk=request.warning_id).acts)}


def stands(request):
    request.refresh_from_db()
    return request.state, request.answers.count(), request.warning.acts


def answered(client, request, *, file=None, text=TEXT, page=None):
    attached = {}
    if file is not None:
        document = io.BytesIO(file)
        document.name = "bien-ban.pdf"
        attached = {"file": document}
    return client.post(
        f"/requests/{request.pk}/answer/",
        {"text": text} | (seen(request) if page is None else page) | attached,
    )


def test_the_unit_sees_what_is_asked_and_by_when(browser, request_):
    page = browser("head").get("/requests/").content.decode()
    assert "Đề nghị giải trình" in page
    assert "7 days left" in page
    assert "1 waits for you" in page


def test_a_list_that_is_cut_says_so_and_keeps_what_waits(browser, home, request_, monkeypatch):
    older = asked(home, warning_of(home.units.hua_bum, value=99, period="2026-M08"))
    type(older).objects.filter(pk=older.pk).update(
        state="closed",
        due_on=request_.due_on - timedelta(days=90),
        closed_at=house.AT,
        closed_by=older.asked_by,
    )
    client = browser("head")
    assert "are shown." not in client.get("/requests/").content.decode()
    monkeypatch.setattr(requests, "MOST_ROWS", 1)
    page = client.get("/requests/").content.decode()
    assert "1 of 2 are shown." in page
    assert "1 waits for you" in page
    assert len(client.get("/requests/requests.csv").content.decode().splitlines()) == 3


def test_the_unit_answers_with_words_and_a_file_once(browser, request_):
    client = browser("head")
    page = seen(request_)
    answers = [answered(client, request_, file=PDF, page=page) for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    page = browser("watcher").get(f"/requests/{request_.pk}/").content.decode()
    assert TEXT in page
    [answer] = request_.answers.all()
    file = browser("watcher").get(f"/answers/{answer.pk}/file")
    assert file.content == PDF
    assert file["Content-Type"] == "application/octet-stream"
    assert "attachment" in file["Content-Disposition"]


def test_a_file_that_only_pretends_is_refused_and_the_words_are_kept(browser, request_):
    answer = answered(browser("head"), request_, file=b"MZ not a pdf")
    assert answer.status_code == 422
    assert "its content is not of a kind we take" in answer.content.decode()
    assert TEXT in answer.content.decode()
    assert not request_.answers.exists()


@pytest.mark.slow
def test_the_watcher_sends_back_and_then_accepts(browser, request_):
    answered(browser("head"), request_)
    watcher = browser("watcher")
    assert watcher.post(f"/requests/{request_.pk}/return/", {"reason": "thiếu"}).status_code == 422
    back = {"reason": "Chưa nêu danh sách các cuộc kiểm tra"} | seen(request_)
    returned = [watcher.post(f"/requests/{request_.pk}/return/", back) for _ in range(2)]
    assert [each.status_code for each in returned] == [302, 302]
    assert "Chưa nêu danh sách" in browser("head").get(f"/requests/{request_.pk}/").content.decode()
    answered(browser("head"), request_, text=TEXT + " Danh sách kèm theo.")
    page = seen(request_)
    closed = [watcher.post(f"/requests/{request_.pk}/close/", page) for _ in range(2)]
    assert [each.status_code for each in closed] == [302, 302]
    assert "Accepted and closed" in watcher.get(f"/requests/{request_.pk}/").content.decode()


ACTS = [("close", {}), ("return", {"reason": "Chưa nêu danh sách các cuộc kiểm tra"})]
LATER = house.AT + timedelta(minutes=1)
BACK = "Chưa kèm biên bản của hai cuộc."


@pytest.mark.parametrize(("act", "said"), ACTS)
def test_an_answer_that_came_after_the_page_was_opened_is_neither_accepted_nor_returned_unread(
    browser, home, request_, act, said
):
    answered(browser("head"), request_)
    old_page = seen(request_)
    early_warning.reject(request_, reason=BACK, by=home.people["leader"], at=LATER)
    answered(browser("head"), request_, text=TEXT + " Danh sách kèm theo.")
    before = stands(request_)
    answer = browser("watcher").post(f"/requests/{request_.pk}/{act}/", said | old_page)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "was acted on after you opened it" in page
    assert BACK in page
    assert stands(request_) == before
    assert f'name="seen" value="{seen(request_)["seen"]}"' in page
    again = browser("watcher").post(f"/requests/{request_.pk}/{act}/", said | seen(request_))
    assert again.status_code == 302


def test_an_answer_from_a_page_opened_before_the_last_one_was_returned_is_refused_and_kept(
    browser, home, request_
):
    old_page = seen(request_)
    answered(browser("head"), request_, text="Tổ chức kiểm tra chuyên đề tại sáu chi bộ.")
    early_warning.reject(request_, reason=BACK, by=home.people["leader"], at=LATER)
    answer = answered(browser("head"), request_, page=old_page)
    assert answer.status_code == 409
    assert BACK in answer.content.decode()
    assert TEXT in answer.content.decode()
    assert request_.answers.count() == 1


@pytest.mark.parametrize("page", [{}, {"seen": ""}, {"seen": "x"}, {"seen": "-1"}])
@pytest.mark.parametrize(("act", "said"), [*ACTS, ("answer", {"text": TEXT})])
def test_an_act_that_does_not_say_what_was_seen_is_refused(browser, request_, act, said, page):
    if act != "answer":
        answered(browser("head"), request_)
    before = stands(request_)
    client = browser("head" if act == "answer" else "watcher")
    answer = client.post(f"/requests/{request_.pk}/{act}/", said | page)
    assert answer.status_code == 422
    assert "It was not said how far this had come when you opened it" in answer.content.decode()
    assert stands(request_) == before


@pytest.mark.parametrize(("act", "said"), ACTS)
def test_one_who_comes_after_the_decision_is_told_of_it(browser, home, request_, act, said):
    answered(browser("head"), request_)
    page = seen(request_)
    early_warning.accept_answer(request_, by=home.people["leader"], at=house.AT)
    answer = browser("watcher").post(f"/requests/{request_.pk}/{act}/", said | page)
    assert answer.status_code == 422
    assert "there is no answer to accept or return" in answer.content.decode()


def test_a_unit_does_not_close_its_own_request(browser, request_):
    answered(browser("head"), request_)
    answer = browser("head").post(f"/requests/{request_.pk}/close/")
    assert answer.status_code == 403
    assert "You may not close requests" in answer.content.decode()


def test_a_neighbour_knows_nothing_of_it(browser, request_):
    client = browser("neighbour")
    assert "No request for explanation." in client.get("/requests/").content.decode()
    assert client.get(f"/requests/{request_.pk}/").status_code == 404
    assert answered(client, request_).status_code == 404


def test_as_many_questions_for_three_requests_as_for_one(browser, home, request_):
    client, counts = browser("watcher"), []
    for units in ([], [home.units.lai_chau, home.units.muong_te]):
        for unit in units:
            asked(home, warning_of(unit))
        client.get("/requests/")
        with CaptureQueriesContext(connection) as questions:
            client.get("/requests/")
        counts.append(len(questions))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("language", "state", "title"),
    [("en", "Withdrawn", "This request was withdrawn"), ("vi", "Đã thu hồi", "Yêu cầu này đã được thu hồi")],
)
def test_a_request_withdrawn_with_its_warning_says_so_with_who_and_why(
    browser, home, request_, language, state, title
):
    why = "Số liệu đã được đối chiếu với kế hoạch kiểm tra năm."
    early_warning.dismiss(request_.warning, reason=why, by=home.people["watcher"], at=house.AT)
    client = browser("head")
    client.cookies["django_language"] = language
    page = client.get(f"/requests/{request_.pk}/").content.decode()
    told = page.split('data-part="withdrawn"')[1].split("</section>")[0]
    assert title in told
    assert why in told
    assert "watcher" in told
    assert 'id="answer"' not in page
    shown = client.get("/requests/").content.decode()
    assert re.findall(r'<span class="gs-state"([^>]*)>.*?</svg>([^<]*)</span>', shown) == [("", state)]
