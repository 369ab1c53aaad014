"""An acceptance taken back: decided anew by the level that accepted, with the figures in force all the while."""

from datetime import timedelta

import pytest

from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.audit.models import Entry
from giamsat.foundation.notices.models import Notice
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.errors import (
    ContainedAbove,
    NotAccepted,
    NotDirectSuperior,
    ReasonMissing,
    StaleVersion,
)
from giamsat.intake.observations.services import Accepting
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.errors import ClosedPeriod
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from tests.intake.house import AT, SEPTEMBER, SYSTEM, figures, form

LATER = AT + timedelta(hours=1)
NINE_MONTHS = Period("9M", 2026)
REASON = "Số đảng viên chưa khớp với danh sách"


@pytest.fixture
def accepted(country, people, flash):
    values = figures(flash, A04=200, D06=9)
    report = services.receive(country.hua_bum, flash, SEPTEMBER, values, by=people["compiler"], at=AT).report
    services.submit(report, by=people["head"], at=AT)
    return services.accept(report, by=people["approver"], at=AT)


@pytest.fixture
def take_back(accepted, people):
    return lambda by="approver", **said: services.take_back(
        accepted, **{"reason": REASON, "by": people[by], "at": LATER} | said
    )


def withdrawn(report):
    return queries.withdrawn([report.pk]).get(report.pk)


def test_it_awaits_a_decision_again_and_its_figures_stay_in_force(accepted, take_back):
    report = take_back()
    assert (report.status, report.in_force_id) == (Status.DA_NOP, accepted.in_force_id)
    assert [row.report_id for row in queries.packed_versions([report.pk])] == [report.pk]
    assert withdrawn(report).reason == REASON
    assert Entry.objects.filter(verb="report.acceptance_withdrawn", subject=report.subject).count() == 1


def test_accepted_again_nobody_doubts_it_any_more(take_back, people):
    report = services.accept(take_back(), by=people["second"], at=LATER)
    assert (report.status, withdrawn(report)) == (Status.TIEP_NHAN, None)


def test_it_may_be_sent_back_and_other_figures_come_in_force(take_back, people, country, flash):
    services.send_back(take_back(), reason=REASON, by=people["approver"], at=LATER)
    report = services.receive(
        country.hua_bum, flash, SEPTEMBER, figures(flash, A04=200, D06=8), by=people["compiler"], at=LATER
    ).report
    assert withdrawn(report) is not None
    services.submit(report, by=people["head"], at=LATER)
    report = services.accept(report, by=people["approver"], at=LATER)
    assert (queries.current_values(report)["D06"], withdrawn(report)) == (8, None)


def test_the_unit_is_told(take_back, people):
    take_back()
    outbox.deliver_now(at=LATER)
    [notice] = Notice.objects.filter(account=people["compiler"])
    assert "was taken back. Its figures stay in force" in notice.words["en"]


@pytest.mark.parametrize(
    ("by", "said", "refusal"),
    [
        ("head", {}, NotAllowed),
        ("neighbour", {}, NotAllowed),
        ("centre", {}, NotDirectSuperior),
        ("approver", {"reason": "sai"}, ReasonMissing),
        ("approver", {"seen_version": 2}, StaleVersion),
    ],
)
def test_only_by_the_level_that_accepted_with_a_reason_and_the_figures_before_its_eyes(
    accepted, take_back, by, said, refusal
):
    with pytest.raises(refusal):
        take_back(by, **said)
    accepted.refresh_from_db()
    assert accepted.status == Status.TIEP_NHAN


def test_twice_is_refused(take_back):
    take_back()
    with pytest.raises(NotAccepted, match="there is no acceptance to take back"):
        take_back("second")


def test_a_locked_periods_acceptance_stands(take_back):
    services.lock(SEPTEMBER.key, by=SYSTEM, at=LATER)
    with pytest.raises(ClosedPeriod):
        take_back()


def test_locking_ends_the_doubt(take_back):
    report = take_back()
    services.lock(SEPTEMBER.key, by=SYSTEM, at=LATER)
    report.refresh_from_db()
    assert (report.status, withdrawn(report)) == (Status.KHOA, None)


@pytest.fixture
def nine_months(country):
    """What Lai Châu sums up is in force: its own report, and those of the three units below."""
    for units, code in [
        ([country.hua_bum, country.muong_te, country.agencies], "BM05"),
        ([country.lai_chau], "BM05P"),
    ]:
        asked = form(code, NINE_MONTHS)
        services.receive_many(
            asked, NINE_MONTHS, [each.pk for each in units], [figures(asked)] * len(units),
            by=SYSTEM, at=AT, accepting=Accepting(Actor(None, "approver")),
        )  # fmt: skip
    report = services.consolidate(country.lai_chau, "BM05P", NINE_MONTHS, by=SYSTEM, at=AT).report
    return services.submit(report, by=SYSTEM, at=AT)


def of(unit, code="BM05", basis=Basis.OWN):
    return queries.report_of(unit, code, NINE_MONTHS.key, basis)


@pytest.mark.parametrize("whose", ["hua_bum", "lai_chau"])
def test_what_an_accepted_sum_holds_is_not_taken_back_before_the_sum(nine_months, country, whose):
    part = of(getattr(country, whose), "BM05" if whose == "hua_bum" else "BM05P")
    services.accept(nine_months, by=SYSTEM, at=LATER)
    with pytest.raises(ContainedAbove, match="Trung ương has accepted the consolidated report BM05P of Lai"):
        services.take_back(part, reason=REASON, by=SYSTEM, at=LATER)
    services.take_back(nine_months, reason=REASON, by=SYSTEM, at=LATER)
    assert services.take_back(part, reason=REASON, by=SYSTEM, at=LATER).status == Status.DA_NOP


def test_a_part_that_is_taken_back_stays_in_the_sum(nine_months, country):
    before = queries.parts_of(country.lai_chau, "BM05P", NINE_MONTHS).total
    services.take_back(of(country.hua_bum), reason=REASON, by=SYSTEM, at=LATER)
    parts = queries.parts_of(country.lai_chau, "BM05P", NINE_MONTHS)
    assert (parts.total, parts.reported) == (before, 3)
