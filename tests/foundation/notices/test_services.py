"""A person is told a thing once, in the app and by mail, however often a job runs or dies."""

import smtplib
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.core import mail
from django.db import connection
from django.utils import translation
from django.utils.translation import get_language
from procrastinate.contrib.django.models import ProcrastinateJob

from giamsat.foundation.access import services as access
from giamsat.foundation.access.models import Exclusion
from giamsat.foundation.notices import channels, queries, services
from giamsat.foundation.notices.choices import Page
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
    about = [people[0].unit]
    return services.tell(
        people, key=key, words=lambda language: words, page="report", number=5, about=about, at=AT
    )


def queued():
    return list(ProcrastinateJob.objects.filter(task_name=services.CARRY_TASK).values_list("args", flat=True))


def test_a_thing_is_told_once(compiler):
    assert tell(compiler) == 1
    assert tell(compiler) == 0
    assert tell(compiler, key="report.returned:2") == 1
    assert queries.unread_count(compiler, at=AT) == 2


def test_it_is_said_in_each_language(compiler):
    def said(language):
        return f"{language}, {get_language()}"

    services.tell([compiler], key="k", words=said, page="entry", about=[compiler.unit], at=AT)
    notice = Notice.objects.get()
    assert notice.sentence == "en, en"
    with translation.override("vi"):
        assert notice.sentence == "vi, vi"


def test_reading_is_noted_once_and_only_ones_own(compiler, country):
    tell(compiler)
    notice = Notice.objects.get()
    services.mark_read(notice, at=AT)
    services.mark_read(notice, at=AT + timedelta(hours=1))
    assert queries.notice_of(compiler, notice.pk, at=AT).read_at == AT

    other = house.make_person("other", country.hue)
    with pytest.raises(NoticeNotFound):
        queries.notice_of(other, notice.pk, at=AT)


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
    assert queries.unread_count(compiler, at=AT) == 1


def test_who_left_or_changed_their_mind_gets_no_mail(compiler, with_mail):
    services.choose_mail(compiler, "ten@coquan.vn", at=AT)
    tell(compiler)
    services.choose_mail(compiler, "", at=AT)
    services.carry(Carriage.objects.get().pk, at=AT)
    assert mail.outbox == []


def test_an_address_that_is_none_is_refused_in_words(compiler):
    with pytest.raises(NotAnAddress, match="not an e-mail address"):
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


def in_conflict_with(unit, person):
    """A conflict of interest of this person, noted for October."""
    return Exclusion.objects.create(
        account=person, unit=unit, valid_from=date(2026, 10, 1), valid_to=date(2026, 11, 1), given_at=AT,
        reason="Xung đột",
    )  # fmt: skip


def test_whoever_may_not_see_it_is_not_told(country, compiler):
    in_conflict_with(country.hua_bum, compiler)
    assert people_of(country.hua_bum) == []


@pytest.mark.parametrize("page", Page)
def test_what_was_told_before_a_conflict_is_shown_no_more_while_it_lasts(country, page):
    rights = [("compiler", place, False) for place in (country.hua_bum, country.muong_te)]
    clerk = house.make_person("clerk", country.hua_bum, *rights)
    for number, about in enumerate([[country.hua_bum, country.muong_te], [country.muong_te]]):
        services.tell([clerk], key=f"{number}", words=str, page=page, about=about, at=AT)
    in_conflict_with(country.hua_bum, clerk)

    hidden = Notice.objects.get(key="0")
    assert [each.key for each in queries.notices_of(clerk, at=AT)] == ["1"]
    assert queries.unread_count(clerk, at=AT) == 1
    with pytest.raises(NoticeNotFound):
        queries.notice_of(clerk, hidden.pk, at=AT)
    services.mark_all_read(clerk, at=AT)
    in_november = AT + timedelta(days=40)
    assert queries.notice_of(clerk, hidden.pk, at=in_november).read_at is None


def test_what_was_told_before_a_conflict_is_not_mailed_after_it(country, compiler, with_mail):
    services.choose_mail(compiler, "ten@coquan.vn", at=AT)
    tell(compiler)
    in_conflict_with(country.hua_bum, compiler)
    [arguments] = queued()
    services.carry(arguments["carriage"], at=AT)
    assert mail.outbox == []


@pytest.mark.parametrize("count", [1, 3])
def test_notices_are_read_by_as_many_questions_however_many_there_are(
    compiler, django_assert_num_queries, count
):
    for number in range(count):
        tell(compiler, key=str(number))
    with django_assert_num_queries(4):  # rights, conflicts, what former units went into, the notices
        assert len(queries.notices_of(compiler, at=AT)) == count


def test_notices_of_before_are_taken_to_be_about_ones_own_unit(compiler):
    tell(compiler)
    Notice.objects.update(about=[])
    with connection.cursor() as cursor:
        cursor.execute(import_module("giamsat.foundation.notices.migrations.0002_about_units").HOME)
    assert Notice.objects.get().about == [compiler.unit_id]
