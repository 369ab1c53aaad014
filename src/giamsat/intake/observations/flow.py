"""A report's way through the levels: explain, submit, accept, send back, re-open, lock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox
from giamsat.foundation.units import queries as units
from giamsat.intake.observations import rights
from giamsat.intake.observations.choices import REOPENABLE, SUBMITTABLE, Status
from giamsat.intake.observations.errors import (
    AlreadySubmitted,
    NotAwaitingAcceptance,
    NotExplained,
    NothingInForce,
    NotSubmittable,
    NotWritable,
    ReasonMissing,
    StaleVersion,
)
from giamsat.intake.observations.events import ReportAccepted, ReportReturned, ReportsMoved, ReportSubmitted
from giamsat.intake.observations.holding import held
from giamsat.intake.observations.lookups import among
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.quality import queries as quality_queries
from giamsat.intake.quality import services as quality
from giamsat.intake.quality.choices import Part
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.intake.sources.errors import ClosedPeriod
from giamsat.lib.actors import Actor
from giamsat.lib.clock import HOME_ZONE

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account

    By = Actor | Account

SHORTEST_REASON = 10
EVENT_BATCH = 5_000


@transaction.atomic
def explain(report: Report, finding_id: int, text: str, *, by: By, at: datetime) -> Report:
    """Explain one finding; when none is left unexplained, the report awaits its head."""
    actor = rights.require(by, "report.compile", report.unit, at=at)
    report = held(report.pk)
    if report.status not in (Status.NHAP, Status.CHO_DUYET, Status.TRA_LAI):
        raise NotWritable(report.form_code, report.period_key, Status(report.status).label)
    _require_reason(text, _("An explanation"))
    version = _version_seen(report, None)
    quality.explain(finding_id, text=text.strip(), by=actor, at=at, report_version_id=version.pk)
    if report.status == Status.NHAP and not quality_queries.unexplained(version.pk):
        report.status = Status.CHO_DUYET
        report.save(update_fields=["status"])
    _record("report.explained", report, actor, at, finding=finding_id, text=text.strip())
    return report


@transaction.atomic
def submit(report: Report, *, by: By, at: datetime, seen_version: int | None = None) -> Report:
    """The head sends the report to the level above. A returned report may be sent again as it is."""
    actor = rights.require(by, "report.submit", report.unit, at=at)
    report = held(report.pk)
    if report.status == Status.DA_NOP:
        raise AlreadySubmitted(
            report.form_code, report.period_key, report.submitted_by_name, _shown(report.submitted_at)
        )
    version = _version_seen(report, seen_version)
    _require_explained(version)
    if report.status not in SUBMITTABLE:
        raise NotSubmittable(report.form_code, report.period_key, Status(report.status).label)
    _require_open(report)
    report.status, report.submitted_at = Status.DA_NOP, at
    report.submitted_by_id, report.submitted_by_name = actor.id, actor.name
    report.save(update_fields=["status", "submitted_at", "submitted_by_id", "submitted_by_name"])
    if report.returned_at is None:
        _score_timeliness(report, at)
    _record("report.submitted", report, actor, at, version=version.number)
    outbox.announce(ReportSubmitted(report.pk, report.unit_id, report.form_code, report.period_key))
    return report


def _score_timeliness(report: Report, at: datetime) -> None:
    """How late the first submission came; a report sent back keeps the day it was first sent."""
    if report.due_on is None:
        return
    days_late = (at.astimezone(HOME_ZONE).date() - report.due_on).days
    quality.hand_evidence(
        report.unit_id,
        report.form_code,
        report.period,
        Part.TIMELINESS,
        quality.Evidence(quality.on_time(days_late)),
        at=at,
        basis=report.basis,
    )


@transaction.atomic
def accept(report: Report, *, by: By, at: datetime, seen_version: int | None = None) -> Report:
    """The level directly above accepts: from now on these figures are in force, no earlier ones."""
    report = held(report.pk)
    actor = rights.require_acceptance(by, report, at=at)
    _require_submitted(report)
    _require_not_locked(report)
    version = _version_seen(report, seen_version)
    earlier = report.in_force.number if report.in_force else None
    _put_in_force(report, version, actor, at)
    _record(
        "report.accepted",
        report,
        actor,
        at,
        version=version.number,
        earlier=earlier,
    )
    outbox.announce(ReportAccepted(report.pk, report.unit_id, report.form_code, report.period_key))
    if report.basis == Basis.CONSOLIDATED:
        _mark_consolidated(report)
    return report


def _put_in_force(report: Report, version: ReportVersion, actor: Actor, at: datetime) -> None:
    if report.in_force_id and report.in_force_id != version.pk:
        ReportVersion.objects.filter(pk=report.in_force_id).update(superseded_at=at)
    ReportVersion.objects.filter(pk=version.pk, accepted_at=None).update(accepted_at=at)
    version.accepted_at = version.accepted_at or at
    report.in_force, report.status, report.accepted_at = version, Status.TIEP_NHAN, at
    report.accepted_by_id, report.accepted_by_name = actor.id, actor.name
    report.save(update_fields=["in_force", "status", "accepted_at", "accepted_by_id", "accepted_by_name"])


def _mark_consolidated(report: Report) -> None:
    """The own figures that a signed sum was made of are consolidated with it."""
    parts = Report.objects.select_for_update().filter(
        unit__in=units.subtree(report.unit).order_by(),
        form_code__in=sources.family(report.form_code),
        period_key=report.period_key,
        basis=Basis.OWN,
        status=Status.TIEP_NHAN,
    )
    _move([each.pk for each in parts.order_by("pk")], Status.TONG_HOP, report.period_key)


@transaction.atomic
def send_back(
    report: Report, *, reason: str, by: By, at: datetime, seen_version: int | None = None
) -> Report:
    """The level above returns a submitted report with a reason; what was in force before stays so."""
    report = held(report.pk)
    actor = rights.require_acceptance(by, report, at=at)
    _require_submitted(report)
    version = _version_seen(report, seen_version)
    _return(report, reason, actor, at)
    _record("report.returned", report, actor, at, version=version.number, reason=report.return_reason)
    return report


@transaction.atomic
def reopen(report: Report, *, reason: str, by: By, at: datetime) -> Report:
    """The level above lets a unit correct accepted figures; those stay in force until the new ones are."""
    report = held(report.pk)
    actor = rights.require_acceptance(by, report, at=at)
    if report.in_force_id is None or report.status not in REOPENABLE:
        raise NothingInForce(report.form_code, report.period_key)
    _require_open(report)
    _return(report, reason, actor, at)
    _record("report.reopened", report, actor, at, reason=report.return_reason)
    return report


def _return(report: Report, reason: str, actor: Actor, at: datetime) -> None:
    _require_reason(reason, _("Returning a report"))
    report.status, report.returned_at = Status.TRA_LAI, at
    report.returned_by_name, report.return_reason = actor.name, reason.strip()
    report.save(update_fields=["status", "returned_at", "returned_by_name", "return_reason"])
    outbox.announce(ReportReturned(report.pk, report.unit_id, report.form_code, report.period_key))


@transaction.atomic
def lock(period_key: str, *, by: Actor, at: datetime) -> int:
    """Lock a period: its figures in force are official and take no corrections. Returns how many reports.

    Every report is held first, so that none is accepted meanwhile. A correction under way is given up.
    """
    period = sources.reporting_period(period_key)
    if period.state != PeriodState.LOCKED:
        sources_services.lock_period(period_key, by=by, at=at)
    all_of_it = Report.objects.select_for_update().filter(period_key=period_key).order_by("pk")
    there = all_of_it.values_list("pk", "current_id", "in_force_id", "status")
    in_force = {
        pk: at_hand == official
        for pk, at_hand, official, status in there
        if official and status != Status.KHOA
    }
    _give_up_corrections([pk for pk, settled in in_force.items() if not settled], at)
    ids = list(in_force)
    _move(ids, Status.KHOA, period_key)
    audit.record("reports.locked", subject=f"period:{period_key}", by=by, at=at, facts={"reports": len(ids)})
    return len(ids)


def _give_up_corrections(ids: list[int], at: datetime) -> None:
    """Figures that were never accepted stop being the ones at hand; they stay among the versions."""
    waiting = ReportVersion.objects.filter(report__in=ids, accepted_at=None, superseded_at=None)
    waiting.update(superseded_at=at)
    Report.objects.filter(pk__in=ids).update(current=F("in_force"))


def _move(ids: list[int], status: Status, period_key: str) -> None:
    for start in range(0, len(ids), EVENT_BATCH):
        some = ids[start : start + EVENT_BATCH]
        Report.objects.filter(among("pk", some)).update(status=status)
        outbox.announce(ReportsMoved(status.value, period_key, some))


def _version_seen(report: Report, seen: int | None) -> ReportVersion:
    version = report.current
    if version is None:
        raise NotSubmittable(report.form_code, report.period_key, Status(report.status).label)
    if seen is not None and seen != version.number:
        raise StaleVersion(seen, version.number)
    return version


def _require_explained(version: ReportVersion) -> None:
    open_findings = list(quality_queries.unexplained(version.pk))
    if open_findings:
        raise NotExplained(len(open_findings), [finding.rule_code for finding in open_findings])


def _require_submitted(report: Report) -> None:
    if report.status != Status.DA_NOP:
        raise NotAwaitingAcceptance(report.form_code, report.period_key, Status(report.status).label)


def _require_open(report: Report) -> None:
    period = sources.reporting_period(report.period_key)
    if period.state != PeriodState.OPEN:
        raise ClosedPeriod(period.key, period.state)


def _require_not_locked(report: Report) -> None:
    """What was submitted before the period was closed may still be accepted; official figures change no more."""
    period = sources.reporting_period(report.period_key)
    if period.state == PeriodState.LOCKED:
        raise ClosedPeriod(period.key, period.state)


def _require_reason(text: str, what: str) -> None:
    if len(text.strip()) < SHORTEST_REASON:
        raise ReasonMissing(what)


def _shown(at: datetime | None) -> str:
    return f"{at.astimezone(HOME_ZONE):%d/%m/%Y %H:%M}" if at else ""


def _record(verb: str, report: Report, actor: Actor, at: datetime, **facts: object) -> None:
    facts |= {"form": report.form_code, "period": report.period_key, "basis": report.basis}
    audit.record(verb, subject=report.subject, by=actor, at=at, facts=facts, unit_id=report.unit_id)
