"""Two people decide on one report at the same moment: one decision stands, the other person is told."""

from datetime import timedelta

import pytest

from giamsat.foundation.audit.models import Entry
from giamsat.foundation.outbox.models import StoredEvent
from giamsat.intake.observations import services
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.observations.services import Accepting
from giamsat.intake.sources import services as sources
from giamsat.intake.sources.models import ReportingPeriod
from giamsat.lib.periods import Period
from tests.at_once.together import codes, together
from tests.intake.house import AT, SEPTEMBER, SYSTEM, figures, form

LATER = AT + timedelta(hours=1)
REASON = "Kiểm tra lại số đảng viên, lệch với danh sách"
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def send(country, people):
    flash = form("BMT", SEPTEMBER)
    return lambda by="compiler", **given: (
        services.receive(
            country.hua_bum, flash, SEPTEMBER, figures(flash, **{"A04": 200, **given}), by=people[by], at=AT
        ).report
    )


@pytest.fixture
def report(send):
    return send()


@pytest.fixture
def submitted(report, people):
    return services.submit(report, by=people["head"], at=AT)


def act(service, report, by, **rest):
    return lambda: service(report, by=by, at=LATER, **rest)


def told(verb):
    """How often the trail says it happened, and how often the other rooms were told."""
    entries = Entry.objects.filter(verb=f"report.{verb}").count()
    return entries, StoredEvent.objects.filter(name=f"observations.report_{verb}").count()


@pytest.mark.parametrize("other", ["head", "deputy"])
def test_submitted_twice(report, people, other):
    outcomes = together(
        act(services.submit, report, people["head"], seen_version=1),
        act(services.submit, report, people[other], seen_version=1),
    )
    assert codes(outcomes) == ["", "report.already_submitted"]
    assert told("submitted") == (1, 1)


def test_one_number_of_a_letter_given_to_two_periods(report, country, people):
    august = Period("M", 2026, 8)
    flash = form("BMT", august)
    earlier = services.receive(
        country.hua_bum, flash, august, figures(flash, A04=200), by=people["compiler"], at=AT
    ).report
    outcomes = together(
        act(services.submit, report, people["head"], symbol="12-BC/UBKTĐU"),
        act(services.submit, earlier, people["head"], symbol="12-BC/UBKTĐU"),
    )
    assert codes(outcomes) == ["", "report.letter_number_taken"]
    assert told("submitted") == (1, 1)
    assert ReportVersion.objects.filter(letter__symbol="12-BC/UBKTĐU").count() == 1


@pytest.mark.parametrize("other", ["approver", "second"])
def test_accepted_twice(submitted, people, other):
    outcomes = together(
        act(services.accept, submitted, people["approver"], seen_version=1),
        act(services.accept, submitted, people[other], seen_version=1),
    )
    assert codes(outcomes) == ["", "report.not_awaiting_acceptance"]
    assert told("accepted") == (1, 1)
    assert Report.objects.get().in_force_id == ReportVersion.objects.get().pk


def test_the_same_reports_accepted_together_by_two_who_have_them_in_another_order(country, people):
    flash = form("BMT", SEPTEMBER)
    both = [
        services.receive(unit, flash, SEPTEMBER, figures(flash, A04=200), by=SYSTEM, at=AT).report
        for unit in (country.hua_bum, country.muong_te)
    ]
    sent = together(
        lambda: services.submit_many(both, by=SYSTEM, at=AT),
        lambda: services.submit_many(both[::-1], by=people["head"], at=AT),
    )
    done = together(
        lambda: services.accept_many(both, by=people["approver"], at=LATER),
        lambda: services.accept_many(both[::-1], by=people["second"], at=LATER),
    )
    for outcomes in (sent, done):
        assert sorted(pk for each in outcomes for pk in each.reports) == [each.pk for each in both]
    assert told("submitted") == (2, 2)
    assert Entry.objects.filter(verb="report.accepted").count() == 2


def test_accepted_and_sent_back(submitted, people):
    outcomes = together(
        act(services.accept, submitted, people["approver"]),
        act(services.send_back, submitted, people["second"], reason=REASON),
    )
    assert codes(outcomes) == ["", "report.not_awaiting_acceptance"]
    accepted = Report.objects.get().status == "TIEP_NHAN"
    assert (told("accepted"), told("returned")) == ((int(accepted),) * 2, (int(not accepted),) * 2)


def test_reopened_twice(submitted, people):
    accepted = services.accept(submitted, by=people["approver"], at=AT)
    reopen = act(services.reopen, accepted, people["second"], reason=REASON)
    assert codes(together(reopen, reopen)) == ["", "report.nothing_in_force"]
    assert Entry.objects.filter(verb="report.reopened").count() == 1


def test_submitted_while_other_figures_arrive(report, send, people):
    outcomes = together(
        act(services.submit, report, people["head"], seen_version=1), lambda: send(by="colleague", A04=201)
    )
    assert codes(outcomes) in (["", "report.stale_version"], ["", "report.not_writable"])
    current = Report.objects.select_related("current").get()
    assert (current.status, current.current.number) in {("DA_NOP", 1), ("CHO_DUYET", 2)}


def test_submitted_while_the_period_is_closed(report, people):
    outcomes = together(
        act(services.submit, report, people["head"]),
        lambda: sources.close_period(SEPTEMBER.key, by=SYSTEM, at=LATER),
        gate="audit_entry",
    )
    refused = codes(outcomes)
    sources.reopen_period(SEPTEMBER.key, by=SYSTEM, at=LATER)
    assert refused in (["", ""], ["", "source.closed_period"])
    assert (Report.objects.get().status == "DA_NOP") == (refused == ["", ""])


@pytest.fixture
def accepted(submitted, people):
    return services.accept(submitted, by=people["approver"], at=AT)


@pytest.mark.parametrize("other", ["approver", "second"])
def test_taken_back_twice(accepted, people, other):
    outcomes = together(
        act(services.take_back, accepted, people["approver"], reason=REASON, seen_version=1),
        act(services.take_back, accepted, people[other], reason=REASON, seen_version=1),
    )
    assert codes(outcomes) == ["", "report.not_accepted"]
    assert Entry.objects.filter(verb="report.acceptance_withdrawn").count() == 1
    assert Report.objects.get().in_force_id == ReportVersion.objects.get().pk


def test_taken_back_while_the_sum_with_it_is_accepted(country):
    """Whoever comes first, the other finds what was left: nobody waits for ever, and the figures stay in force."""
    nine_months = Period("9M", 2026)
    for some, code in [
        ([country.hua_bum, country.muong_te, country.agencies], "BM05"),
        ([country.lai_chau], "BM05P"),
    ]:
        asked = form(code, nine_months)
        services.receive_many(
            asked, nine_months, [each.pk for each in some], [figures(asked)] * len(some),
            by=SYSTEM, at=AT, accepting=Accepting(SYSTEM),
        )  # fmt: skip
    made = services.consolidate(country.lai_chau, "BM05P", nine_months, by=SYSTEM, at=AT).report
    services.submit(made, by=SYSTEM, at=AT)
    part = Report.objects.get(unit=country.hua_bum)
    outcomes = together(
        act(services.accept, made, SYSTEM), act(services.take_back, part, SYSTEM, reason=REASON)
    )
    assert codes(outcomes) in (["", ""], ["", "report.contained_above"])
    assert Report.objects.filter(in_force=None).count() == 0
    made.refresh_from_db()
    assert made.status == "TIEP_NHAN"


@pytest.fixture
def locked(accepted):
    """September is locked while the test runs; the house outlasts it."""
    services.lock(SEPTEMBER.key, by=SYSTEM, at=AT)
    yield
    ReportingPeriod.objects.filter(key=SEPTEMBER.key).update(state="open")


def test_a_late_opening_confirmed_twice(locked, country, people):
    opening = services.open_late(
        country.hua_bum, "BMT", SEPTEMBER, "own", until=LATER.date(), reason=REASON, by=people["approver"], at=LATER
    )  # fmt: skip

    def confirm():
        return services.confirm_late_opening(opening.pk, by=people["second"], at=LATER)

    assert codes(together(confirm, confirm)) == ["", "report.opening_not_there"]
    assert Entry.objects.filter(verb="report.opened_late").count() == 1
