"""The level above opens one report of a period that is over, until a day; it closes by itself when that is over.

A period that is closed is opened by one person, a locked one, whose figures are official, by two.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import conditions, corrections, holding, late, rights
from giamsat.intake.observations.choices import IN_FORCE, WRITABLE, Status
from giamsat.intake.observations.errors import (
    OpenAnyway,
    OpenedLateAlready,
    OpeningFourEyes,
    OpeningNotThere,
    OpeningTooLong,
)
from giamsat.intake.observations.events import OpenedLate, ReportsMoved
from giamsat.intake.observations.models import LateOpening, Report
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import PeriodState
from giamsat.intake.sources.errors import NotObliged
from giamsat.lib.actors import Actor
from giamsat.lib.clock import day_of
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit

    By = Actor | Account

LONGEST = timedelta(days=31)


@transaction.atomic
def open_late(
    unit: Unit, form_code: str, period: Period, basis: str, *, until: date, reason: str, by: By, at: datetime
) -> LateOpening:
    """Let a unit report, or correct, one form for a period that takes no reports; in force at once if it is closed,
    and if it is locked once a second person has confirmed it."""
    asking = rights.person(by, at=at)
    asking.require_decision(unit)
    if sources.obligation_of(unit, form_code, period, basis) is None:
        raise NotObliged(unit.name_vi, form_code, period.key)
    _require_near(until, day_of(at))
    conditions.require_reason(reason, _("A late opening"))
    holding.hold_series(form_code, period.key, basis, alone=True)
    _hold_report(unit, form_code, period.key, basis)
    state = sources.reporting_period(period.key).state  # asked once held: it may have been locked meanwhile
    if state == PeriodState.OPEN:
        raise OpenAnyway(form_code, period.key)
    _require_none_before(unit, form_code, period, basis, at)
    opening = LateOpening.objects.create(
        unit=unit,
        form_code=form_code,
        period_key=period.key,
        basis=basis,
        until=until,
        reason=reason.strip(),
        asked_at=at,
        asked_by_id=asking.actor.id,
        asked_by_name=asking.actor.name,
    )
    _record("report.late_opening_asked", opening, asking.actor, at)
    return opening if state == PeriodState.LOCKED else _take_effect(opening, asking.actor, at)


@transaction.atomic
def confirm_late_opening(number: int, *, by: By, at: datetime) -> LateOpening:
    """The second person of the level above opens what the first asked for."""
    opening = _held(number)
    asking = rights.person(by, at=at)
    asking.require_decision(opening.unit)
    if opening.confirmed_at is not None or opening.until < day_of(at):
        raise OpeningNotThere
    if asking.actor.id is not None and asking.actor.id == opening.asked_by_id:
        raise OpeningFourEyes(asking.actor.name)
    return _take_effect(opening, asking.actor, at)


@transaction.atomic
def end_late_opening(number: int, *, by: By, at: datetime) -> LateOpening:
    """Close it before its day, or give up what was asked for."""
    opening = _held(number)
    asking = rights.person(by, at=at)
    asking.require_decision(opening.unit)
    return _end(opening, asking.actor, at)


def end_lapsed(*, by: Actor, at: datetime) -> int:
    """Close what is over, each by itself. Returns how many."""
    over = LateOpening.objects.filter(ended_at=None, until__lt=day_of(at)).order_by("pk")
    numbers = list(over.values_list("pk", flat=True))
    for number in numbers:
        with transaction.atomic(), suppress(OpeningNotThere):  # somebody else closed it meanwhile
            _end(_held(number), by, at)
    return len(numbers)


def _held(number: int) -> LateOpening:
    """One that stands, held after its report: whoever accepts that one holds them in this order too."""
    openings = LateOpening.objects.select_related("unit").filter(pk=number, ended_at=None)
    stated = openings.first()
    if stated is not None:
        _report_of(stated)
    opening = openings.select_for_update(of=("self",)).first()
    if opening is None:
        raise OpeningNotThere
    return opening


def _require_near(until: date, today: date) -> None:
    if not today <= until <= today + LONGEST:
        raise OpeningTooLong(until, today, today + LONGEST)


def _require_none_before(unit: Unit, form_code: str, period: Period, basis: str, at: datetime) -> None:
    """One at a time; one that is over and that nobody has closed yet is closed now."""
    earlier = late.opening_of(unit, form_code, period.key, basis)
    if earlier is None:
        return
    if earlier.until >= day_of(at):
        raise OpenedLateAlready(unit.name_vi, form_code, period.key, earlier.asked_by_name, earlier.until)
    _end(earlier, Actor.system("intake"), at)


def _take_effect(opening: LateOpening, actor: Actor, at: datetime) -> LateOpening:
    """From now on the unit may write; figures in force stay so until others are accepted."""
    opening.confirmed_at, opening.confirmed_by_id, opening.confirmed_by_name = at, actor.id, actor.name
    opening.save(update_fields=["confirmed_at", "confirmed_by_id", "confirmed_by_name"])
    report = _report_of(opening)
    if report is not None and report.status in IN_FORCE:
        report.status, report.returned_at = Status.TRA_LAI, at
        report.returned_by_name, report.return_reason = actor.name, opening.reason
        report.save(update_fields=["status", "returned_at", "returned_by_name", "return_reason"])
        outbox.announce(ReportsMoved(Status.TRA_LAI.value, report.period_key, [report.pk]))
    _record("report.opened_late", opening, actor, at)
    outbox.announce(OpenedLate(opening.pk, opening.unit_id, opening.form_code, opening.period_key))
    return opening


def _end(opening: LateOpening, actor: Actor, at: datetime) -> LateOpening:
    """The unit writes no more. Of a locked period what it has not sent is given up: the official figures stay."""
    opening.ended_at = at
    opening.save(update_fields=["ended_at"])
    report = _report_of(opening)
    locked = sources.reporting_period(opening.period_key).state == PeriodState.LOCKED
    if report is not None and locked and report.status in WRITABLE:
        corrections.lock_again(report, at=at)
    _record("report.late_opening_ended", opening, actor, at)
    return opening


def _report_of(opening: LateOpening) -> Report | None:
    """The report it is about, held, once there is one."""
    return _hold_report(opening.unit, opening.form_code, opening.period_key, opening.basis)


def _hold_report(unit: Unit, form_code: str, period_key: str, basis: str) -> Report | None:
    there = Report.objects.filter(unit=unit, form_code=form_code, period_key=period_key, basis=basis)
    return next(iter(holding.held_reports(there, "unit", "current", "in_force")), None)


def _record(verb: str, opening: LateOpening, actor: Actor, at: datetime) -> None:
    """Under the report where there is one, so that its history tells of it."""
    report = _report_of(opening)
    audit.record(
        verb,
        subject=report.subject if report else f"late_opening:{opening.pk}",
        by=actor,
        at=at,
        unit_id=opening.unit_id,
        facts={
            "form": opening.form_code,
            "period": opening.period_key,
            "basis": opening.basis,
            "until": f"{opening.until:%Y-%m-%d}",
            "reason": opening.reason,
        },
    )
