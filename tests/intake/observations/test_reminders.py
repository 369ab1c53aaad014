"""Who owes a report is told before it is due and when it is late, once; whoever does not, is not."""

from datetime import UTC, datetime, timedelta

import pytest

from giamsat.foundation.access import queries as access
from giamsat.foundation.notices.models import Notice
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import services
from giamsat.intake.observations.reminders import remind
from giamsat.intake.sources import queries as sources
from tests.intake import house
from tests.intake.house import AT, SEPTEMBER


@pytest.fixture
def home(country):
    make = house.make_person
    make("compiler", country.hua_bum, ("compiler", country.hua_bum, False))
    make("head", country.hua_bum, ("head", country.hua_bum, False))
    make("approver", country.lai_chau, ("approver", country.lai_chau, True))
    make("watcher", country.centre, ("watcher", country.lai_chau, True))
    return country


@pytest.fixture
def due(home):
    """Half past eight at home on the day September's flash form is due."""
    obligation = sources.obligation_of(home.hua_bum, "BMT", SEPTEMBER)
    day = sources.due_on(obligation, SEPTEMBER)
    return datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)


def told():
    flash = Notice.objects.filter(key__contains=SEPTEMBER.key).order_by("account__username", "pk")
    return [(notice.account.username, notice.key.partition(":")[0]) for notice in flash]


def days(count):
    return timedelta(days=count)


def test_nobody_is_told_four_days_before(home, due):
    remind(at=due - days(4))
    assert told() == []


@pytest.mark.slow
def test_compilers_and_heads_are_told_three_days_before_once(home, due):
    for hours in (0, 1, 24, 48):
        remind(at=due - days(3) + timedelta(hours=hours))
    assert told() == [("compiler", "reports.due"), ("head", "reports.due")]
    sentence = Notice.objects.filter(key__contains=SEPTEMBER.key)[0].sentence
    assert f"Due by {due:%d/%m/%Y}" in sentence
    assert "Hua Bum: BMT" in sentence


@pytest.mark.slow
def test_they_are_told_again_when_it_is_late_and_no_more(home, due):
    remind(at=due)
    for later in (1, 2, 3, 4, 10):
        remind(at=due + days(later))
    assert told() == [
        ("compiler", "reports.due"), ("compiler", "reports.late"),
        ("head", "reports.due"), ("head", "reports.late"),
    ]  # fmt: skip


def file_report(home):
    form = house.form("BMT", SEPTEMBER)
    report = services.receive(
        home.hua_bum, form, SEPTEMBER, house.figures(form, A04=200), by=access.account("compiler"), at=AT
    ).report
    return services.submit(report, by=access.account("head"), at=AT)


def test_who_has_sent_it_is_not_told(home, due):
    file_report(home)
    remind(at=due - days(1))
    remind(at=due + days(1))
    assert told() == []


def test_a_report_sent_back_is_told_once_to_its_unit(home):
    report = file_report(home)
    services.send_back(report, reason="Thiếu số của hai chi bộ", by=access.account("approver"), at=AT)
    outbox.deliver_now(at=AT)
    outbox.deliver_now(at=AT)

    back = Notice.objects.filter(key__startswith="report.returned:").order_by("account__username")
    assert [(n.account.username, n.page, n.number) for n in back] == [
        (name, "report", report.pk) for name in ("compiler", "head")
    ]
    assert "Thiếu số" not in back[0].sentence
    assert "BMT" in back[0].sentence


def test_a_closed_period_reminds_nobody(home, due):
    sources.reporting_periods().filter(key=SEPTEMBER.key).update(state="closed")
    remind(at=due)
    assert told() == []
