"""Many reports take a step together: the same rules, the same trail, the same news as one by one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.foundation.audit.models import Entry
from giamsat.foundation.outbox.models import StoredEvent
from giamsat.intake.observations import services
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.models import Report
from giamsat.intake.quality.models import ReportScore
from giamsat.intake.sources import services as sources
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal
from tests.intake.house import AT, AUGUST, SEPTEMBER, SYSTEM, figures, form, make_person, unit

LATER = AT + timedelta(hours=1)
COMPILER = Actor.system("compiler")
NINE_MONTHS = Period("9M", 2026)
REASON = "Kiểm tra lại số đảng viên, lệch với danh sách"


@pytest.fixture
def communes(country):
    """Six communes of Lai Châu."""
    others = [unit(country.lai_chau, f"0350{n}", f"Xã {n}", 2, "commune") for n in range(4)]
    return [country.hua_bum, country.muong_te, *others]


@pytest.fixture
def head(country):
    """A head of all communes, so that one person sends several reports."""
    return make_person("both", country.lai_chau, ("head", country.lai_chau, True))


def send(place, period=SEPTEMBER, code="BMT", **given):
    """A report of that unit that awaits its head, or an explanation."""
    asked = form(code, period)
    return services.receive(place, asked, period, figures(asked, **given), by=COMPILER, at=AT).report


def told(report):
    """What trail, news, score and row say of a report, but for its numbers."""
    trail = (
        Entry.objects.filter(subject=report.subject).order_by("id").values_list("verb", "by_name", "facts")
    )
    score = ReportScore.objects.get(
        unit=report.unit, form_code=report.form_code, period_key=report.period_key
    )
    row = Report.objects.values("status", "submitted_at", "submitted_by_name", "accepted_by_name")
    news = StoredEvent.objects.filter(name="observations.report_submitted", payload__report_id=report.pk)
    return list(trail), score.parts, row.get(pk=report.pk), news.count()


def refused(step, report, by):
    """The refusal of one report by itself, in code and words."""
    try:
        step(report, by=by, at=LATER)
    except Refusal as refusal:
        return refusal.code, str(refusal.message)
    return None


def test_one_by_one_and_together_leave_the_same_behind(communes, people, head):
    alone, *together = (send(each, A04=200) for each in communes[:3])
    services.accept(services.submit(alone, by=head, at=AT), by=people["approver"], at=LATER)
    sent = services.submit_many(together, by=head, at=AT)
    done = services.accept_many(together, by=people["approver"], at=LATER)
    assert not sent.refusals
    assert not done.refusals
    assert [told(each) for each in together] == [told(alone)] * 2
    for each in done.reports.values():
        assert (each.status, each.in_force_id) == (Status.TIEP_NHAN, each.current_id)
        assert each.in_force.accepted_at == LATER
    news = StoredEvent.objects.get(name="observations.reports_accepted").payload
    assert news["report_ids"] == [each.pk for each in together]


def test_each_is_refused_for_what_it_would_be_refused_by_itself(country, communes, people):
    head = make_person("head of some", country.lai_chau, ("head", country.lai_chau, True))
    good, twice, doubtful, closed, locked, *_ = (
        send(communes[0]),
        send(communes[1]),
        send(communes[2], NINE_MONTHS, "BM02", B02=10, B02_XA=10, B06=2, B06_XA=2),
        send(communes[3], AUGUST),
        services.submit(send(communes[3]), by=head, at=AT),
    )
    foreign = send(country.phu_xuan)
    unsent = Report.objects.create(unit=communes[4], form_code="BMT", period_key=SEPTEMBER.key)
    services.submit(twice, by=head, at=AT)
    services.accept(locked, by=people["approver"], at=AT)
    sources.close_period(AUGUST.key, by=SYSTEM, at=AT)
    others = [twice, doubtful, closed, locked, foreign, unsent]
    alone = {each.pk: refused(services.submit, each, head) for each in others}
    assert {code for code, _words in alone.values()} == {
        "report.already_submitted", "report.not_explained", "source.closed_period", "report.not_submittable",
        "access.not_allowed",
    }  # fmt: skip

    moved = services.submit_many([*others, good], by=head, at=LATER)

    assert list(moved.reports) == [good.pk]
    assert {pk: (each.code, str(each.message)) for pk, each in moved.refusals.items()} == alone
    statuses = dict(Report.objects.values_list("pk", "status"))
    assert statuses == {
        good.pk: "DA_NOP", twice.pk: "DA_NOP", doubtful.pk: "NHAP", closed.pk: "CHO_DUYET", locked.pk: "TIEP_NHAN",
        foreign.pk: "CHO_DUYET", unsent.pk: "NHAP",
    }  # fmt: skip


def test_each_is_accepted_or_refused_by_itself(country, communes, people, head):
    approver = make_person(
        "one", country.lai_chau,
        ("head", country.lai_chau, True), ("approver", country.lai_chau, True), ("approver", country.hue, True),
    )  # fmt: skip
    mine = services.submit(send(communes[0]), by=approver, at=AT)
    draft, good = send(communes[1]), services.submit(send(communes[2]), by=head, at=AT)
    elsewhere = services.submit(send(country.phu_xuan), by=SYSTEM, at=AT)
    official = services.submit(send(communes[3], AUGUST), by=head, at=AT)
    services.lock(AUGUST.key, by=SYSTEM, at=AT)
    others = [mine, draft, elsewhere, official]
    alone = {each.pk: refused(services.accept, each, approver) for each in others}
    assert [code for code, _words in alone.values()] == [
        "report.four_eyes", "report.not_awaiting_acceptance", "report.not_direct_superior", "source.closed_period",
    ]  # fmt: skip

    moved = services.accept_many([*others, good], by=approver, at=LATER)

    assert list(moved.reports) == [good.pk]
    assert {pk: (each.code, str(each.message)) for pk, each in moved.refusals.items()} == alone
    assert Report.objects.filter(status=Status.TIEP_NHAN).get() == good


def test_corrections_accepted_together_follow_what_was_in_force(communes, people, head):
    reports = [send(each, A04=200) for each in communes[:2]]
    services.submit_many(reports, by=head, at=AT)
    services.accept_many(reports, by=people["approver"], at=AT)
    for each in reports:
        services.reopen(each, reason=REASON, by=people["approver"], at=AT)
    corrected = [send(each, A04=201) for each in communes[:2]]
    services.submit_many(corrected, by=head, at=LATER)
    done = services.accept_many(corrected, by=people["approver"], at=LATER).reports
    for each in done.values():
        first, second = each.versions.order_by("number")
        assert (first.superseded_at, second.accepted_at, each.in_force_id) == (LATER, LATER, second.pk)
        accepted = Entry.objects.filter(subject=each.subject, verb="report.accepted").order_by("id")
        assert [(entry.facts["earlier"], entry.facts["version"]) for entry in accepted] == [(None, 1), (1, 2)]


def test_who_looks_at_an_old_version_is_told_which(communes, head):
    reports = [send(each, A04=200) for each in communes[:2]]
    send(communes[0], A04=201)
    moved = services.submit_many(reports, by=head, at=AT, seen_versions={each.pk: 1 for each in reports})
    assert {pk: each.code for pk, each in moved.refusals.items()} == {reports[0].pk: "report.stale_version"}


def test_a_report_that_is_gone_is_told(communes, head):
    nowhere = Report(pk=10**9, unit=communes[0])
    moved = services.submit_many([nowhere, send(communes[1])], by=head, at=AT)
    assert len(moved.reports) == 1
    assert [each.code for each in moved.refusals.values()] == ["report.not_found"]


def test_many_ask_the_database_no_more_than_two(communes, people, head):
    reports = [send(each, A04=200) for each in communes]

    def asked(some):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            services.submit_many(some, by=head, at=AT)
            services.accept_many(some, by=people["approver"], at=LATER)
        return len(queries)

    assert asked(reports[:2]) == asked(reports[2:])
