"""Which reports are taken although their period takes none any more: those of a unit that was opened late."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import F

from giamsat.foundation.access import queries as access
from giamsat.foundation.access.choices import Action
from giamsat.intake.observations.models import LateOpening, Report
from giamsat.intake.sources.choices import PeriodState
from giamsat.intake.sources.errors import ClosedPeriod
from giamsat.lib.clock import day_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import ReportingPeriod


def opening_of(unit: Unit, form_code: str, period_key: str, basis: str) -> LateOpening | None:
    """The one that was asked for or holds, if there is one; whether it still holds says its day."""
    return openings_of(unit, form_code, period_key, basis).filter(ended_at=None).first()


def openings_of(unit: Unit, form_code: str, period_key: str, basis: str) -> QuerySet[LateOpening]:
    """All there ever were of one report, the newest first."""
    return LateOpening.objects.filter(
        unit=unit, form_code=form_code, period_key=period_key, basis=basis
    ).order_by("-asked_at", "-pk")


def late_opening(number: int) -> LateOpening | None:
    """One by its number, whether it stands or is over; for rooms that ask who may decide about its unit."""
    return LateOpening.objects.select_related("unit").filter(pk=number).first()


def awaiting_second(viewer: Account, *, at: datetime) -> QuerySet[LateOpening]:
    """What somebody else asked for of the units directly below this person's own, and they may confirm."""
    scope = access.scope_for(viewer, at=at)
    home = scope.own
    if home is None:
        return LateOpening.objects.none()
    mine = scope.units_where(Action.REPORT_ACCEPT)
    below = mine.filter(path__startswith=home.path, depth=home.depth + 1).order_by()
    asked = LateOpening.objects.filter(
        ended_at=None, confirmed_at=None, until__gte=day_of(at), unit__in=below
    )
    return asked.exclude(asked_by_id=viewer.pk).select_related("unit").order_by("until", "pk")


def openings_that_hold(unit_ids: Collection[int], *, on: date) -> QuerySet[LateOpening]:
    """What some units may report late on a day, what closes first at the top."""
    holding = LateOpening.objects.filter(ended_at=None, confirmed_at__isnull=False, until__gte=on)
    return holding.filter(unit_id__in=unit_ids).order_by("until", "pk")


def require_taken(period: ReportingPeriod, unit: Unit, form_code: str, basis: str, *, at: datetime) -> None:
    """The period takes reports, or that one report of it is opened late."""
    if period.state == PeriodState.OPEN:
        return
    opening = opening_of(unit, form_code, period.key, basis)
    if opening is None or not opening.holds_on(day_of(at)):
        raise ClosedPeriod(period.key, period.state)


def require_acceptable(period: ReportingPeriod, report: Report) -> None:
    """Official figures change no more, but by what was sent while it was opened late: that may be decided later too."""
    if period.state == PeriodState.LOCKED and not _sent_late(report):
        raise ClosedPeriod(period.key, period.state)


def _sent_late(report: Report) -> bool:
    """Opened by two: what one person opened while the period was merely closed is no way past its locking."""
    if report.submitted_at is None:
        return False
    openings = openings_of(report.unit, report.form_code, report.period_key, report.basis)
    last_day = day_of(report.submitted_at)
    held = openings.filter(
        confirmed_at__lte=report.submitted_at, until__gte=last_day, asked_at__lte=F("confirmed_at")
    )
    return held.exclude(confirmed_by_id=F("asked_by_id")).exists()
