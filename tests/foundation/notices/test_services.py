"""A person is told a thing once, in the app and by mail, however often a job runs or dies."""

import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import translation
from django.utils.translation import get_language
from procrastinate.contrib.django.models import ProcrastinateJob

from giamsat.foundation.access import services as access
from giamsat.foundation.access.models import Exclusion
from giamsat.foundation.notices import channels, queries, services
from giamsat.foundation.notices.errors import NotAnAddress, NoticeNotFound
from giamsat.foundation.notices.models import Carriage, Notice
from tests.intake import house
from tests.intake.house import AT

WORKERS = ("report.compile", "report.submit")


@pytest.fixture
def with_mail(settings):
    settings.EMAIL_ON = True
    settings.PUBLIC_ADDRESS = "https://giamsat.example"


def tell(*people, key="report.returned:1", words="Xã Hua Bum: 3 đảng viên"):
    return services.tell(people, key=key, words=lambda language: words, page="report", number=5, at=AT)


def queued():
    return list(ProcrastinateJob.objects.filter(task_name=services.CARRY_TASK).values_list("args", flat=True))


def test_a_thing_is_told_once(compiler):
    assert tell(compiler) == 1
    assert tell(compiler) == 0
    assert tell(compiler, key="report.returned:2") == 1
    assert queries.unread_count(compiler) == 2


def test_it_is_said_in_each_language(compiler):
    def said(language):
        return f"{language}, {get_language()}"

    services.tell([compiler], key="k", words=said, page="entry", at=AT)
    notice = Notice.objects.get()
    assert notice.sentence == "en, en"
    with translation.override("vi"):
        assert notice.sentence == "vi, vi"


def test_reading_is_noted_once_and_only_ones_own(compiler, country):
    tell(compiler)
    notice = Notice.objects.get()
    services.mark_read(notice, at=AT)
    services.mark_read(notice, at=AT + timedelta(hours=1))
    assert queries.notice_of(compiler, notice.pk).read_at == AT

    other = house.make_person("other", country.hue)
    with pytest.raises(NoticeNotFound):
        queries.notice_of(other, notice.pk)


def test_no_mail_without_a_server_or_a_wish(compiler, settings):
    settings.EMAIL_ON = False
    services.choose_mail(compiler, "ten@coquan.vn", at=AT)
    tell(compiler)
    settings.EMAIL_ON = True
    services.choose_mail(compiler, "", at=AT)
    tell(compiler, key="later")
    assert queued() == []


def test_mail_says_that_something_waits_and_no_more(compiler, with_mail):
    services.choose_mail(compiler, "ten@coquan.vn", at=AT)
    tell(compiler)
    [arguments] = queued()

    assert services.carry(arguments["carriage"], at=AT)
    assert not services.carry(arguments["carriage"], at=AT)

    [message] = mail.outbox
    assert message.to == ["ten@coquan.vn"]
    assert f"https://giamsat.example/me/notices/{Notice.objects.get().pk}/" in message.body
    for told in ("Hua Bum", "3", "đảng viên", compiler.username):
        assert told not in message.subject + message.body.replace(str(Notice.objects.get().pk), "")


def test_a_server_that_refuses_is_asked_again(compiler, with_mail, monkeypatch):
    services.choose_mail(compiler, "ten@coquan.vn", at=AT)
    tell(compiler)
    [arguments] = queued()

    def refuse(_message, fail_silently=False):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as away:
        away.setattr(channels.EmailMessage, "send", refuse)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            services.carry(arguments["carriage"], at=AT)

    assert services.carry(arguments["carriage"], at=AT)
    assert len(mail.outbox) == 1


def test_a_worker_killed_in_the_act_sends_no_second_mail(compiler, with_mail):
    services.choose_mail(compiler, "ten@coquan.vn", at=AT)
    tell(compiler)
    Carriage.objects.update(claimed_at=AT)  # as the killed one left it

    assert not services.carry(Carriage.objects.get().pk, at=AT)
    assert mail.outbox == []
    assert queries.unread_count(compiler) == 1


def test_who_left_or_changed_their_mind_gets_no_mail(compiler, with_mail):
    services.choose_mail(compiler, "ten@coquan.vn", at=AT)
    tell(compiler)
    services.choose_mail(compiler, "", at=AT)
    services.carry(Carriage.objects.get().pk, at=AT)
    assert mail.outbox == []


def test_an_address_that_is_none_is_refused_in_words(compiler):
    with pytest.raises(NotAnAddress, match="no e-mail address"):
        services.choose_mail(compiler, "không có", at=AT)


def test_old_notices_are_forgotten(compiler):
    tell(compiler)
    assert services.forget_old(before=AT) == 0
    services.forget_old(before=AT + timedelta(days=1))
    assert not Notice.objects.exists()


def people_of(unit):
    found = queries.people_at([unit], WORKERS, sees="report.read", at=AT)
    return [person.username for person in found.get(unit.pk, [])]


def test_told_are_those_whose_grant_lies_at_the_unit(country, compiler):
    house.make_person("head", country.hua_bum, ("head", country.hua_bum, False))
    house.make_person("neighbour", country.muong_te, ("compiler", country.muong_te, False))
    house.make_person("approver", country.lai_chau, ("approver", country.lai_chau, True))
    house.make_person("above", country.lai_chau, ("compiler", country.lai_chau, True))
    assert people_of(country.hua_bum) == ["compiler", "head"]


def test_a_substitute_is_told_while_the_grant_is_lent(country, compiler):
    colleague = house.make_person("colleague", country.hua_bum)
    access.name_substitute(
        compiler, substitute=colleague, valid_from=date(2026, 10, 1), valid_to=date(2026, 10, 2),
        reason="Đi học", by=compiler, at=AT,
    )  # fmt: skip
    assert people_of(country.hua_bum) == ["colleague", "compiler"]
    later = queries.people_at([country.hua_bum], WORKERS, sees="report.read", at=AT + timedelta(days=3))
    assert [person.username for person in later[country.hua_bum.pk]] == ["compiler"]


def test_whoever_may_not_see_it_is_not_told(country, compiler):
    Exclusion.objects.create(
        account=compiler, unit=country.hua_bum, valid_from=date(2026, 1, 1), given_at=AT, reason="Xung đột"
    )
    assert people_of(country.hua_bum) == []
