"""Notices on the rail and on their page: each leads somewhere, opened is read; requests tell the unit."""

import re
from datetime import date

from giamsat.analysis.early_warning import services as early_warning
from giamsat.foundation.access.models import Exclusion
from giamsat.foundation.notices import queries, services
from giamsat.foundation.notices.models import Notice
from giamsat.foundation.outbox import services as outbox
from tests.front.console.conftest import submitted
from tests.front.console.warned import asked, warning_of
from tests.intake.house import AT


def tell(person, key, page="entry", number=None):
    services.tell(
        [person],
        key=key,
        words=lambda language: f"Told {key}",
        page=page,
        number=number,
        about=[person.unit],
        at=AT,
    )
    return Notice.objects.get(account=person, key=key).pk


def test_the_rail_counts_what_is_unread_and_opening_reads_it(browser, home):
    report = submitted(home.units, home.people, D01=2, D06=7)
    number = tell(home.people["head"], "one", "report", report.pk)
    client = browser("head")
    page = client.get("/me/notices/").content.decode()
    assert re.search(r'data-live="count.notices">1<', page)
    assert "Told one" in page

    opened = client.get(f"/me/notices/{number}/")
    assert opened.headers["Location"] == f"/reports/{report.pk}/"
    assert queries.unread_count(home.people["head"], at=AT) == 0


def test_what_was_told_of_a_unit_before_a_conflict_is_neither_listed_counted_nor_opened(browser, home):
    head = home.people["head"]
    number = tell(head, "one", "entry")
    Exclusion.objects.create(
        account=head, unit=home.units.hua_bum, valid_from=date(2026, 10, 1), given_at=AT, reason="Xung đột"
    )
    client = browser("head")
    page = client.get("/me/notices/").content.decode()
    assert "Told one" not in page
    assert not re.search(r'data-live="count.notices">1<', page)
    assert client.get(f"/me/notices/{number}/").status_code == 404


def test_an_empty_list_says_what_will_come(browser):
    assert "Nothing to tell you" in browser("leader").get("/me/notices/").content.decode()


def test_anothers_notice_is_not_found(browser, home):
    number = tell(home.people["head"], "one")
    assert browser("compiler").get(f"/me/notices/{number}/").status_code == 404
    assert queries.unread_count(home.people["head"], at=AT) == 1


def test_all_are_read_at_once(browser, home):
    for key in ("one", "two"):
        tell(home.people["head"], key)
    browser("head").post("/me/notices/read/")
    assert queries.unread_count(home.people["head"], at=AT) == 0


def test_one_asks_for_mail_and_ends_it(browser, home, settings):
    client = browser("head")
    assert "no mail server" in client.get("/me/").content.decode()
    settings.EMAIL_ON = True
    page = client.post("/me/mail/", {"address": "ten@coquan.vn"}, follow=True).content.decode()
    assert 'value="ten@coquan.vn"' in page
    assert queries.mailbox_of(home.people["head"])
    refused = client.post("/me/mail/", {"address": "x"})
    assert refused.status_code == 422
    assert "not an e-mail address" in refused.content.decode()
    assert 'value="x"' in refused.content.decode()
    client.post("/me/mail/", {"address": "ten@coquan.vn", "end": "yes"})
    assert queries.mailbox_of(home.people["head"]) is None


def keys():
    told = (
        Notice.objects.exclude(key__startswith="report")
        .order_by("pk")
        .values_list("account__username", "key")
    )
    return [(who, key.partition(":")[0]) for who, key in told]


def test_a_unit_is_told_of_each_step_of_an_explanation_once(home):
    people = home.people
    request = asked(home, warning_of(home.units.hua_bum, period="2026-M08"))
    early_warning.answer(request, text="Kiểm tra chuyên đề", by=people["head"], at=AT)
    early_warning.reject(request, reason="Nói rõ chi bộ nào", by=people["watcher"], at=AT)
    early_warning.answer(request, text="Kiểm tra tại sáu chi bộ", by=people["head"], at=AT)
    early_warning.accept_answer(request, by=people["watcher"], at=AT)
    outbox.deliver_now(at=AT)
    outbox.deliver_now(at=AT)

    steps = ("explanation.requested", "explanation.returned", "explanation.accepted")
    assert keys() == [(who, step) for step in steps for who in ("compiler", "head")]
    assert set(Notice.objects.filter(key__startswith="explanation").values_list("page", "number")) == {
        ("request", request.pk)
    }


def test_a_unit_is_told_once_that_it_need_not_explain_any_more(home):
    warning = warning_of(home.units.hua_bum)
    request = asked(home, warning)
    early_warning.dismiss(warning, reason="Đã đối chiếu số liệu", by=home.people["watcher"], at=AT)
    outbox.deliver_now(at=AT)
    outbox.deliver_now(at=AT)

    steps = ("explanation.requested", "explanation.withdrawn")
    assert keys() == [(who, step) for step in steps for who in ("compiler", "head")]
    told = Notice.objects.filter(key__startswith="explanation.withdrawn")
    assert set(told.values_list("page", "number")) == {("request", request.pk)}


def test_a_dismissed_warning_tells_nobody(home):
    early_warning.dismiss(
        warning_of(home.units.hua_bum), reason="Đã đối chiếu số liệu", by=home.people["watcher"], at=AT
    )
    outbox.deliver_now(at=AT)
    assert keys() == []
