"""A report's way in its own level and back: explain, send back, re-open, lock. ``steps`` lead upwards."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import conditions, corrections, late, rights
from giamsat.intake.observations.choices import REOPENABLE, Status
from giamsat.intake.observations.errors import NothingInForce, NotWritable
from giamsat.intake.observations.events import ReportReturned
from giamsat.intake.observations.holding import held
from giamsat.intake.observations.models import LateOpening, Report
from giamsat.intake.observations.steps import move
from giamsat.intake.observations.telling import deed
from giamsat.intake.observations.withdrawing import end_withdrawals
from giamsat.intake.quality import queries as quality_queries
from giamsat.intake.quality import services as quality
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.intake.sources.choices import PeriodState
from giamsat.lib.actors import Actor
from giamsat.lib.clock import day_of

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account

    By = Actor | Account


@transaction.atomic
def explain(report: Report, finding_id: int, text: str, *, by: By, at: datetime) -> Report:
    """Explain one finding; when none is left unexplained, the report awaits its head."""
    actor = rights.require(by, "report.compile", report.unit, at=at)
    report = held(report.pk)
    if report.status not in (Status.NHAP, Status.CHO_DUYET, Status.TRA_LAI):
        raise NotWritable(report.form_code, report.period_key, Status(report.status).label)
    conditions.require_reason(text, _("An explanation"))
    version = conditions.version_seen(report, None)
    quality.explain(finding_id, text=text.strip(), by=actor, at=at, report_version_id=version.pk)
    if report.status == Status.NHAP and not quality_queries.unexplained(version.pk):
        report.status = Status.CHO_DUYET
        report.save(update_fields=["status"])
    _record("report.explained", report, actor, at, finding=finding_id, text=text.strip())
    return report


@transaction.atomic
def send_back(
    report: Report, *, reason: str, by: By, at: datetime, seen_version: int | None = None
) -> Report:
    """The level above returns a submitted report with a reason; what was in force before stays so."""
    report = held(report.pk)
    actor = rights.require_acceptance(by, report, at=at)
    conditions.require_submitted(report)
    version = conditions.version_seen(report, seen_version)
    _return(report, reason, actor, at)
    _record("report.returned", report, actor, at, version=version.number, reason=report.return_reason)
    _lock_if_over(report, at)
    return report


@transaction.atomic
def reopen(report: Report, *, reason: str, by: By, at: datetime) -> Report:
    """The level above lets a unit correct accepted figures; those stay in force until the new ones are."""
    report = held(report.pk)
    actor = rights.require_acceptance(by, report, at=at)
    if report.in_force_id is None or report.status not in REOPENABLE:
        raise NothingInForce(report.form_code, report.period_key)
    period = sources.reporting_period(report.period_key)
    late.require_taken(period, report.unit, report.form_code, report.basis, at=at)
    _return(report, reason, actor, at)
    _record("report.reopened", report, actor, at, reason=report.return_reason)
    return report


def _return(report: Report, reason: str, actor: Actor, at: datetime) -> None:
    conditions.require_reason(reason, _("Returning a report"))
    report.status, report.returned_at = Status.TRA_LAI, at
    report.returned_by_name, report.return_reason = actor.name, reason.strip()
    report.save(update_fields=["status", "returned_at", "returned_by_name", "return_reason"])
    outbox.announce(ReportReturned(report.pk, report.unit_id, report.form_code, report.period_key))


def _lock_if_over(report: Report, at: datetime) -> None:
    """What was sent late and comes back after its late opening is over has nowhere to go: the official figures stay."""
    period = sources.reporting_period(report.period_key)
    if period.state != PeriodState.LOCKED:
        return
    opening = late.opening_of(report.unit, report.form_code, report.period_key, report.basis)
    if opening is None or not opening.holds_on(day_of(at)):
        corrections.lock_again(report, at=at)


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
    corrections.give_up([pk for pk, settled in in_force.items() if not settled], at=at)
    ids = list(in_force)
    LateOpening.objects.filter(period_key=period_key, ended_at=None).update(ended_at=at)
    end_withdrawals(ids, at=at)
    move(ids, Status.KHOA, period_key)
    audit.record("reports.locked", subject=f"period:{period_key}", by=by, at=at, facts={"reports": len(ids)})
    return len(ids)


def _record(verb: str, report: Report, actor: Actor, at: datetime, **facts: object) -> None:
    audit.record_many([deed(verb, report, actor, at, **facts)])
