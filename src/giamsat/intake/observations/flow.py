"""A report's way in its own level and back: explain, send back, re-open, lock. ``steps`` lead upwards."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import conditions, rights
from giamsat.intake.observations.choices import REOPENABLE, Status
from giamsat.intake.observations.errors import NothingInForce, NotWritable
from giamsat.intake.observations.events import ReportReturned
from giamsat.intake.observations.holding import held
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.observations.steps import by_series, move
from giamsat.intake.observations.telling import deed
from giamsat.intake.quality import queries as quality_queries
from giamsat.intake.quality import services as quality
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.intake.sources.choices import PeriodState
from giamsat.lib.actors import Actor

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
    return report


@transaction.atomic
def reopen(report: Report, *, reason: str, by: By, at: datetime) -> Report:
    """The level above lets a unit correct accepted figures; those stay in force until the new ones are."""
    report = held(report.pk)
    actor = rights.require_acceptance(by, report, at=at)
    if report.in_force_id is None or report.status not in REOPENABLE:
        raise NothingInForce(report.form_code, report.period_key)
    conditions.require_open(sources.reporting_period(report.period_key))
    _return(report, reason, actor, at)
    _record("report.reopened", report, actor, at, reason=report.return_reason)
    return report


def _return(report: Report, reason: str, actor: Actor, at: datetime) -> None:
    conditions.require_reason(reason, _("Returning a report"))
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
    move(ids, Status.KHOA, period_key)
    audit.record("reports.locked", subject=f"period:{period_key}", by=by, at=at, facts={"reports": len(ids)})
    return len(ids)


def _give_up_corrections(ids: list[int], at: datetime) -> None:
    """Figures that were never accepted stop being the ones at hand; they stay among the versions, unscored."""
    waiting = ReportVersion.objects.filter(report__in=ids, accepted_at=None, superseded_at=None)
    waiting.update(superseded_at=at)
    given_up = Report.objects.filter(pk__in=ids)
    given_up.update(current=F("in_force"))
    for (form_code, period, basis), reports in by_series(given_up.order_by("pk")).items():
        whose = [each.unit_id for each in reports]
        quality.drop_drafts(whose, form_code=form_code, period=period, basis=basis)


def _record(verb: str, report: Report, actor: Actor, at: datetime, **facts: object) -> None:
    audit.record_many([deed(verb, report, actor, at, **facts)])
