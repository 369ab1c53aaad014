"""A report's way: compiled, submitted, accepted or returned, each step once and by the right person."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.audit.models import Entry
from giamsat.foundation.outbox.models import StoredEvent
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.choices import State, Status
from giamsat.intake.observations.errors import (
    AlreadySubmitted,
    FourEyes,
    NotAwaitingAcceptance,
    NotDirectSuperior,
    NotExplained,
    NothingInForce,
    NotWritable,
    ReasonMissing,
    ReportNotFound,
    StaleVersion,
)
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.models import ReportScore
from giamsat.intake.sources import services as sources
from giamsat.intake.sources.errors import ClosedPeriod
from giamsat.lib.periods import Period
from tests.intake.house import AT, AUGUST, SEPTEMBER, SYSTEM, figures, form, make_person

LATER = AT + timedelta(hours=1)
REASON = "Kiểm tra lại số đảng viên, lệch với danh sách"


@pytest.fixture
def send(country, people):
    """``send(A04=200)``: the compiler of Hua Bum sends a flash report of September."""

    def _send(period=SEPTEMBER, *, by=None, at=AT, **given):
        flash = form("BMT", period)
        return services.receive(
            country.hua_bum, flash, period, figures(flash, **given), by=by or people["compiler"], at=at
        ).report

    return _send


@pytest.fixture
def submitted(send, people):
    return services.submit(send(A04=200), by=people["head"], at=AT)


@pytest.fixture
def accepted(submitted, people):
    return services.accept(submitted, by=people["approver"], at=LATER)


def verbs(report):
    return list(Entry.objects.filter(subject=report.subject).order_by("id").values_list("verb", flat=True))


def test_a_report_goes_from_compiler_to_head_to_approver(send, people):
    report = send(A04=200)
    assert (report.status, report.state) == (Status.CHO_DUYET, None)
    report = services.submit(report, by=people["head"], at=AT)
    assert (report.status, report.submitted_by_name) == (Status.DA_NOP, "head")
    report = services.accept(report, by=people["approver"], at=LATER)
    assert (report.status, report.state, report.accepted_by_name) == (
        Status.TIEP_NHAN,
        State.PROVISIONAL,
        "approver",
    )
    assert report.in_force_id == report.current_id
    assert verbs(report) == ["report.received", "report.submitted", "report.accepted"]
    told = StoredEvent.objects.filter(name__startswith="observations.").order_by("id")
    assert [each.name for each in told] == ["observations.report_submitted", "observations.report_accepted"]
    assert told[1].payload["report_id"] == report.pk


@pytest.mark.parametrize(("days", "live"), [(0, "100.0"), (3, "70.0"), (30, "0.0")])
def test_the_day_of_the_first_submission_counts_for_the_score(send, people, days, live):
    report = send()
    on_the_day = AT - timedelta(days=6)  # due on 25 September
    services.submit(report, by=people["head"], at=on_the_day + timedelta(days=days))
    assert str(ReportScore.objects.get(unit=report.unit).live_score) == live


def test_scores_of_a_draft_count_from_the_day_it_is_sent(send, people, country):
    report = send(A04=200)

    def above():
        rolled = quality.rolled_up_under(country.lai_chau, SEPTEMBER.key)
        return rolled.reports, rolled.complete

    assert above() == (0, None)
    services.submit(report, by=people["head"], at=AT)
    assert above() == (1, 100)


@pytest.fixture
def being_corrected(accepted, send, people):
    """What was sent is scored 50, the correction at hand 100."""
    ReportScore.objects.update(complete_score=50)
    services.reopen(accepted, reason=REASON, by=people["approver"], at=LATER)
    return send(A04=210, at=LATER)


def complete(place):
    at_hand = quality.score_of(place.pk, "BMT", SEPTEMBER.key)
    return at_hand.complete_score, quality.rolled_up_under(place, SEPTEMBER.key).complete


def test_while_a_correction_is_made_the_scores_of_what_was_sent_count(being_corrected, people):
    place = being_corrected.unit
    assert complete(place) == (100, 50)
    services.submit(being_corrected, by=people["head"], at=LATER)
    assert complete(place) == (100, 100)
    assert ReportScore.objects.get().live_score == 40  # sent first on 1 October, due on 25 September


def test_a_correction_given_up_takes_its_scores_along(being_corrected):
    services.lock(SEPTEMBER.key, by=SYSTEM, at=LATER)
    assert complete(being_corrected.unit) == (50, 50)


def test_scores_of_before_are_a_drafts_where_the_report_is_one(send, people, country):
    sent, waits = send(AUGUST), send()
    services.submit(sent, by=people["head"], at=AT)
    ReportScore.objects.update(draft=False)
    with connection.cursor() as cursor:
        cursor.execute(import_module("giamsat.intake.observations.migrations.0003_scores_of_drafts").MARK)
    marked = dict(ReportScore.objects.values_list("period_key", "draft"))
    assert marked == {sent.period_key: False, waits.period_key: True}


def test_the_one_clerk_of_a_unit_compiles_and_submits_but_never_accepts(send, country):
    place, above = country.hua_bum, country.lai_chau
    rights = (("compiler", place, False), ("head", place, False), ("approver", above, True))
    clerk = make_person("clerk", above, *rights)
    report = services.submit(send(by=clerk), by=clerk, at=AT)
    with pytest.raises(FourEyes, match="clerk compiled or submitted this report"):
        services.accept(report, by=clerk, at=LATER)


def test_only_those_whose_task_it_is_may_act(send, country, people):
    flash = form("BMT", SEPTEMBER)
    with pytest.raises(NotAllowed):
        services.receive(country.hua_bum, flash, SEPTEMBER, figures(flash), by=people["neighbour"], at=AT)
    report = send()
    with pytest.raises(NotAllowed):
        services.submit(report, by=people["compiler"], at=AT)
    services.submit(report, by=people["head"], at=AT)
    with pytest.raises(NotAllowed):
        services.accept(report, by=people["head"], at=AT)


def test_a_report_is_submitted_once(submitted, people):
    with pytest.raises(AlreadySubmitted, match=r"already submitted by head on 01/10/2026 08:30\. Nothing"):
        services.submit(submitted, by=people["head"], at=LATER)
    assert verbs(submitted).count("report.submitted") == 1


def test_a_report_is_accepted_once(accepted, people):
    with pytest.raises(NotAwaitingAcceptance):
        services.accept(accepted, by=people["second"], at=LATER)


def test_who_compiled_or_submitted_does_not_accept(send, country, people):
    from giamsat.foundation.access import services as access  # a grant only this test needs

    for person in ("compiler", "head"):
        access.give_grant(
            people[person], role="approver", unit=country.hua_bum, subtree=False,
            valid_from=AT.date(), reason="work", by=None, at=AT,
        )  # fmt: skip
        report = Report.objects.filter(unit=country.hua_bum).first() or services.submit(
            send(), by=people["head"], at=AT
        )
        with pytest.raises(FourEyes, match=f"{person} compiled or submitted this report"):
            services.accept(report, by=people[person], at=LATER)


def test_only_the_level_directly_above_accepts(submitted, people):
    with pytest.raises(NotDirectSuperior, match="is accepted or returned by Lai Châu"):
        services.accept(submitted, by=people["centre"], at=LATER)
    with pytest.raises(NotDirectSuperior):
        services.send_back(submitted, reason=REASON, by=people["centre"], at=LATER)


def test_a_returned_report_says_why_and_may_be_sent_again_changed_or_not(submitted, send, people):
    with pytest.raises(ReasonMissing, match="at least ten letters"):
        services.send_back(submitted, reason="  sai  ", by=people["approver"], at=LATER)
    report = services.send_back(submitted, reason=REASON, by=people["approver"], at=LATER)
    assert (report.status, report.return_reason) == (Status.TRA_LAI, REASON)
    again = services.submit(report, by=people["head"], at=LATER)
    services.send_back(again, reason=REASON, by=people["approver"], at=LATER)
    corrected = send(A04=201, at=LATER)
    assert (corrected.status, corrected.current.number) == (Status.CHO_DUYET, 2)


def test_figures_that_have_left_the_unit_take_no_others(submitted, send, people):
    with pytest.raises(NotWritable, match="is submitted and takes no other figures"):
        send(A04=7)
    services.accept(submitted, by=people["approver"], at=LATER)
    with pytest.raises(NotWritable, match="is accepted"):
        send(A04=7)


def test_who_looks_at_an_old_version_does_nothing_by_mistake(send, people):
    send(A04=200)
    report = send(A04=201)
    with pytest.raises(StaleVersion, match="You looked at version 1, but version 2 has arrived since"):
        services.submit(report, by=people["head"], at=AT, seen_version=1)
    services.submit(report, by=people["head"], at=AT, seen_version=2)
    with pytest.raises(StaleVersion):
        services.accept(report, by=people["approver"], at=LATER, seen_version=1)


def test_a_correction_leaves_the_accepted_figures_in_force_until_it_is_accepted(accepted, send, people):
    report = services.reopen(accepted, reason=REASON, by=people["approver"], at=LATER)
    corrected = send(A04=205, at=LATER)
    assert (corrected.status, corrected.state) == (Status.CHO_DUYET, State.PROVISIONAL)
    assert [packed.values.split(",")[0] for packed in queries.packed_versions([report.pk])] == ["{200.0000"]
    services.submit(corrected, by=people["head"], at=LATER)
    evening = LATER + timedelta(hours=8)
    services.accept(corrected, by=people["approver"], at=evening)
    assert [packed.values.split(",")[0] for packed in queries.packed_versions([report.pk])] == ["{205.0000"]
    known = [
        queries.values_of(queries.version_as_known(report, on)).get("A04") for on in (AT, LATER, evening)
    ]
    assert known == [None, 200, 205]


def test_nothing_accepted_nothing_to_reopen(submitted, people):
    with pytest.raises(NothingInForce):
        services.reopen(submitted, reason=REASON, by=people["approver"], at=LATER)


def test_what_a_rule_doubts_is_explained_before_it_is_submitted(country, people):
    period = Period("9M", 2026)
    compliance = form("BM02", period)
    values = figures(compliance, B02=10, B02_XA=10, B06=2, B06_XA=2)
    report = services.receive(
        country.hua_bum, compliance, period, values, by=people["compiler"], at=AT
    ).report
    assert report.status == Status.NHAP
    with pytest.raises(NotExplained):
        services.submit(report, by=people["head"], at=AT)
    for finding in quality.unexplained(report.current_id):
        report = services.explain(
            report, finding.pk, "Vụ việc từ năm 2025 chuyển sang", by=people["compiler"], at=AT
        )
    assert report.status == Status.CHO_DUYET
    assert services.submit(report, by=people["head"], at=AT).status == Status.DA_NOP


def test_a_closed_period_takes_no_submission(send, people):
    report = send()
    sources.close_period(SEPTEMBER.key, by=SYSTEM, at=AT)
    with pytest.raises(ClosedPeriod, match="Period September 2026 is closed"):
        services.submit(report, by=people["head"], at=AT)


def test_a_locked_period_has_locked_reports_that_take_no_correction(accepted, people):
    assert services.lock(SEPTEMBER.key, by=SYSTEM, at=LATER) == 1
    accepted.refresh_from_db()
    assert (accepted.status, accepted.state) == (Status.KHOA, State.LOCKED)
    with pytest.raises(NothingInForce):
        services.reopen(accepted, reason=REASON, by=people["approver"], at=LATER)
    assert StoredEvent.objects.filter(name="observations.reports_moved").get().payload["report_ids"] == [
        accepted.pk
    ]


def test_what_was_submitted_before_a_period_was_locked_is_accepted_no_more(submitted, people):
    assert services.lock(SEPTEMBER.key, by=SYSTEM, at=LATER) == 0
    with pytest.raises(ClosedPeriod, match="September 2026 is locked"):
        services.accept(submitted, by=people["approver"], at=LATER)


def test_what_was_submitted_before_a_period_was_closed_may_still_be_accepted(submitted, people):
    sources.close_period(SEPTEMBER.key, by=SYSTEM, at=AT)
    assert services.accept(submitted, by=people["approver"], at=LATER).status == Status.TIEP_NHAN


def test_locking_gives_up_a_correction_under_way(accepted, send, people):
    services.reopen(accepted, reason=REASON, by=people["approver"], at=LATER)
    corrected = services.submit(send(A04=210, at=LATER), by=people["head"], at=LATER)

    assert services.lock(SEPTEMBER.key, by=SYSTEM, at=LATER) == 1

    corrected.refresh_from_db()
    assert (corrected.status, corrected.state) == (Status.KHOA, State.LOCKED)
    assert corrected.current_id == corrected.in_force_id == accepted.in_force_id
    first, given_up = corrected.versions.order_by("number")
    assert (first.superseded_at, given_up.superseded_at) == (None, LATER)
    with pytest.raises(NotAwaitingAcceptance):
        services.accept(corrected, by=people["approver"], at=LATER)


def test_reports_are_seen_by_their_unit_and_those_above(submitted, people):
    for person in ("compiler", "head", "approver", "centre"):
        assert queries.report_for(people[person], submitted.pk, at=AT).pk == submitted.pk
    with pytest.raises(ReportNotFound):
        queries.report_for(people["neighbour"], submitted.pk, at=AT)


def test_the_inbox_holds_what_waits_for_this_approver_alone(submitted, people):
    assert [each.pk for each in queries.awaiting_acceptance(people["approver"], at=AT)] == [submitted.pk]
    for person in ("centre", "head", "neighbour"):
        assert not queries.awaiting_acceptance(people[person], at=AT)


def test_the_database_keeps_versions_as_they_were(accepted):
    for change in ({"values": [1] * 32}, {"recorded_by_name": "somebody"}, {"accepted_at": AT}):
        with pytest.raises(DatabaseError, match="is never changed"), transaction.atomic():
            ReportVersion.objects.filter(report=accepted).update(**change)
    with pytest.raises(DatabaseError, match="is never deleted"), transaction.atomic():
        ReportVersion.objects.filter(report=accepted)._raw_delete("default")


def test_the_database_refuses_an_accepted_report_without_figures(send):
    report = send(AUGUST)
    with pytest.raises(IntegrityError, match="report_accepted_has_a_version_in_force"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(status=Status.TIEP_NHAN)
