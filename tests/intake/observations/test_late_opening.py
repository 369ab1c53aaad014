"""A report of a period that is over, opened late by the level above until a day, and official again afterwards."""

from datetime import timedelta

import pytest

from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.audit.models import Entry
from giamsat.foundation.notices.models import Notice
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.errors import (
    NotDirectSuperior,
    OpenAnyway,
    OpenedLateAlready,
    OpeningFourEyes,
    OpeningNotThere,
    OpeningTooLong,
    ReasonMissing,
)
from giamsat.intake.sources import services as sources
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.errors import ClosedPeriod, NotObliged
from giamsat.lib.clock import day_of
from tests.intake.house import AT, SEPTEMBER, SYSTEM, figures

LATER = AT + timedelta(hours=1)
UNTIL = day_of(AT) + timedelta(days=3)
OVER = AT + timedelta(days=4)
REASON = "Đơn vị phát hiện sai số sau khi khóa"


@pytest.fixture
def send(country, people, flash):
    def _send(at=LATER, **given):
        return services.receive(
            country.hua_bum, flash, SEPTEMBER, figures(flash, **given), by=people["compiler"], at=at
        ).report

    return _send


@pytest.fixture
def locked(send, people):
    report = send(at=AT, A04=200)
    services.submit(report, by=people["head"], at=AT)
    report = services.accept(report, by=people["approver"], at=AT)
    services.lock(SEPTEMBER.key, by=SYSTEM, at=AT)
    return report


@pytest.fixture
def ask(country, people):
    def _ask(by="approver", unit=None, form_code="BMT", **said):
        said = {"until": UNTIL, "reason": REASON, "at": LATER} | said
        return services.open_late(
            unit or country.hua_bum, form_code, SEPTEMBER, Basis.OWN, by=people[by], **said
        )

    return _ask


@pytest.fixture
def opened(locked, ask, people):
    return services.confirm_late_opening(ask().pk, by=people["second"], at=LATER)


def now(report):
    report.refresh_from_db()
    return report.status, report.in_force.number, report.current.number


def test_a_locked_report_is_opened_by_two_and_its_figures_stay(locked, ask, send, people):
    opening = ask()
    with pytest.raises(ClosedPeriod):
        send(A04=201)
    with pytest.raises(OpeningFourEyes, match="approver asked for this late opening"):
        services.confirm_late_opening(opening.pk, by=people["approver"], at=LATER)
    services.confirm_late_opening(opening.pk, by=people["second"], at=LATER)
    assert now(locked) == (Status.TRA_LAI, 1, 1)


def test_a_correction_goes_the_normal_way_and_ends_locked(opened, locked, send, people):
    report = send(A04=201)
    services.submit(report, by=people["head"], at=LATER)
    services.accept(report, by=people["approver"], at=LATER)
    assert now(locked) == (Status.KHOA, 2, 2)
    with pytest.raises(ClosedPeriod):
        send(A04=202)


def test_it_closes_by_itself_and_what_was_not_sent_is_given_up(opened, locked, send):
    send(A04=201)
    with pytest.raises(ClosedPeriod):
        send(at=OVER, A04=202)
    assert services.end_lapsed(by=SYSTEM, at=OVER) == 1
    assert now(locked) == (Status.KHOA, 1, 1)
    assert services.end_lapsed(by=SYSTEM, at=OVER) == 0


def test_what_was_sent_in_time_may_be_decided_after_the_day(opened, locked, send, people):
    services.submit(send(A04=201), by=people["head"], at=LATER)
    services.end_lapsed(by=SYSTEM, at=OVER)
    services.accept(locked, by=people["approver"], at=OVER)
    assert now(locked) == (Status.KHOA, 2, 2)


def test_what_comes_back_after_the_day_leaves_the_official_figures(opened, locked, send, people):
    services.submit(send(A04=201), by=people["head"], at=LATER)
    services.send_back(locked, reason=REASON, by=people["approver"], at=OVER)
    assert now(locked) == (Status.KHOA, 1, 1)


def test_the_level_above_may_close_it_before(opened, locked, people, send):
    services.end_late_opening(opened.pk, by=people["approver"], at=LATER)
    assert now(locked)[0] == Status.KHOA
    with pytest.raises(ClosedPeriod):
        send(A04=201)
    with pytest.raises(OpeningNotThere):
        services.end_late_opening(opened.pk, by=people["second"], at=LATER)


def test_a_closed_period_is_opened_by_one(ask, send, people, country):
    sources.close_period(SEPTEMBER.key, by=SYSTEM, at=AT)
    with pytest.raises(ClosedPeriod):
        send(A04=200)
    ask()
    report = services.submit(send(A04=200), by=people["head"], at=LATER)
    assert services.accept(report, by=people["second"], at=LATER).status == Status.TIEP_NHAN


def test_another_unit_or_form_stays_closed(opened, country, flash, people):
    with pytest.raises(ClosedPeriod):
        services.receive(country.muong_te, flash, SEPTEMBER, figures(flash), by=people["neighbour"], at=LATER)


def test_the_unit_and_the_trail_are_told(opened, locked, people):
    outbox.deliver_now(at=LATER)
    assert "is opened late until 04/10/2026" in Notice.objects.get(account=people["compiler"]).words["en"]
    told = Entry.objects.filter(verb__contains="late").order_by("id").values_list("verb", "subject")
    assert list(told) == [
        ("report.late_opening_asked", locked.subject),
        ("report.opened_late", locked.subject),
    ]
    assert [each.until for each in queries.openings_that_hold([locked.unit_id], on=day_of(LATER))] == [UNTIL]


@pytest.mark.parametrize(
    ("by", "said", "refusal"),
    [
        ("head", {}, NotAllowed),
        ("centre", {}, NotDirectSuperior),
        ("approver", {"until": day_of(AT) - timedelta(days=1)}, OpeningTooLong),
        ("approver", {"until": day_of(AT) + timedelta(days=60)}, OpeningTooLong),
        ("approver", {"reason": "sai"}, ReasonMissing),
        ("approver", {"form_code": "BM05P"}, NotObliged),
    ],
)
def test_by_the_level_above_with_a_reason_and_not_for_long(locked, ask, by, said, refusal):
    with pytest.raises(refusal):
        ask(by, **said)


def test_an_open_period_needs_none_and_one_at_a_time_is_enough(ask, send):
    with pytest.raises(OpenAnyway):
        ask()
    sources.close_period(SEPTEMBER.key, by=SYSTEM, at=AT)
    ask()
    with pytest.raises(OpenedLateAlready, match="approver has asked already"):
        ask("second")


def test_one_that_is_over_makes_room_for_the_next(ask):
    sources.close_period(SEPTEMBER.key, by=SYSTEM, at=AT)
    first = ask()
    ask(at=OVER, until=UNTIL + timedelta(days=5))
    first.refresh_from_db()
    assert first.ended_at == OVER


def test_locking_ends_what_one_person_opened(ask, send):
    sources.close_period(SEPTEMBER.key, by=SYSTEM, at=AT)
    ask()
    services.lock(SEPTEMBER.key, by=SYSTEM, at=LATER)
    with pytest.raises(ClosedPeriod):
        send(A04=200)


def test_what_was_sent_with_the_leave_of_one_is_not_accepted_once_the_period_is_locked(ask, send, people):
    sources.close_period(SEPTEMBER.key, by=SYSTEM, at=AT)
    ask(at=AT)
    report = services.submit(send(at=AT, A04=200), by=people["head"], at=AT)
    services.lock(SEPTEMBER.key, by=SYSTEM, at=LATER)
    with pytest.raises(ClosedPeriod):
        services.accept(report, by=people["approver"], at=LATER)
