"""Who owes a report is told before it is due and when it is late, once; whoever does not, is not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from giamsat.foundation.access import queries as access
from giamsat.foundation.access import services as access_services
from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.audit import queries as audit
from giamsat.foundation.notices.models import Notice
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import services
from giamsat.intake.observations.errors import NobodyLate, RemindedAlready
from giamsat.intake.observations.reminders import remind
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.rules import Reminders
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
def test_compilers_and_heads_are_told_three_working_days_before_one_before_and_on_the_day_each_once(
    home, due
):
    for hours in (0, 1, 24):
        remind(at=due - days(3) + timedelta(hours=hours))
    assert told() == [("compiler", "reports.due"), ("head", "reports.due")]
    for hours in (48, 49, 72, 73):
        remind(at=due - days(3) + timedelta(hours=hours))
    assert told() == [("compiler", "reports.due")] * 3 + [("head", "reports.due")] * 3
    sentence = Notice.objects.filter(key__contains=SEPTEMBER.key)[0].sentence
    assert f"Due by {due:%d/%m/%Y}" in sentence
    assert "Hua Bum: BMT" in sentence


@pytest.mark.slow
def test_they_are_told_again_when_it_is_late_and_no_more_and_so_is_the_level_above(home, due):
    remind(at=due)
    for later in (1, 2, 3, 4, 10):
        remind(at=due + days(later))
    assert told() == [
        ("approver", "reports.late"),
        ("compiler", "reports.due"), ("compiler", "reports.late"),
        ("head", "reports.due"), ("head", "reports.late"),
    ]  # fmt: skip
    [above] = Notice.objects.filter(account__username="approver", key__contains=SEPTEMBER.key)
    assert "2 units owe reports" in above.sentence
    assert above.page == "calendar"


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


def test_a_unit_closed_since_the_cut_off_is_not_reminded(home, due):
    type(home.hua_bum).objects.filter(pk=home.hua_bum.pk).update(valid_to=due.date() - days(2))
    remind(at=due)
    assert told() == []


def test_a_substitute_is_reminded_while_the_right_is_lent(home, due):
    house.make_person("stand_in", home.hua_bum)
    compiler = access.account("compiler")
    access_services.name_substitute(
        compiler, access.account("stand_in"), valid_from=due.date(), valid_to=due.date() + days(2),
        reason="Đi công tác dài ngày", by=compiler, at=due,
    )  # fmt: skip
    remind(at=due)
    assert ("stand_in", "reports.due") in told()


def test_the_level_above_reminds_all_who_are_late_once_a_day(home, due):
    late = due + days(1)
    approver = access.account("approver")
    done = services.remind_late(SEPTEMBER, by=approver, at=late)
    assert done == services.Reminded(persons=2, units=2)
    assert told() == [("compiler", "reports.reminded"), ("head", "reports.reminded")]
    assert "Lai Châu reminds you" in Notice.objects.filter(key__contains=SEPTEMBER.key)[0].sentence

    with pytest.raises(RemindedAlready):
        services.remind_late(SEPTEMBER, by=approver, at=late + timedelta(hours=1))
    assert services.remind_late(SEPTEMBER, by=approver, at=late + days(1)).persons == 2
    assert audit.entries_for(None, verb="reports.reminded").count() == 2


def test_the_people_of_a_unit_that_ended_remind_for_the_one_it_went_into(home, due):
    elder = house.make_person("elder", home.former, ("approver", home.former, True))
    assert services.remind_late(SEPTEMBER, by=elder, at=due + days(1)).units == 2


def test_whoever_does_not_receive_reports_reminds_nobody(home, due):
    with pytest.raises(NotAllowed):
        services.remind_late(SEPTEMBER, by=access.account("head"), at=due + days(1))
    assert told() == []


def test_when_nobody_is_late_nobody_is_reminded(home, due):
    with pytest.raises(NobodyLate):
        services.remind_late(SEPTEMBER, by=access.account("approver"), at=due)
    assert told() == []


@pytest.mark.parametrize(
    ("due_on", "today", "step"),
    [
        (date(2026, 9, 25), date(2026, 9, 21), None),
        (date(2026, 9, 25), date(2026, 9, 22), -3),
        (date(2026, 9, 25), date(2026, 9, 23), -3),
        (date(2026, 9, 25), date(2026, 9, 24), -1),
        (date(2026, 9, 25), date(2026, 9, 25), 0),
        (date(2026, 9, 25), date(2026, 9, 26), None),  # Saturday: late, but told on a working day
        (date(2026, 9, 25), date(2026, 9, 28), 1),
        (date(2026, 9, 25), date(2026, 10, 1), 1),
        (date(2026, 9, 25), date(2026, 10, 2), None),
        (date(2026, 9, 3), date(2026, 8, 27), -3),  # the national day lies between
    ],
)
def test_days_before_and_after_are_working_days(country, due_on, today, step):
    days_worked = sources.working_days(sources.calendar_for(due_on).pk)
    assert Reminders().step(due_on, today, days_worked, latest=days(3)) == step


def test_a_wrong_day_in_the_calendar_file_is_refused():
    with pytest.raises(ValueError, match="no number of working days"):
        Reminders.of({"before": [3, -1]})
