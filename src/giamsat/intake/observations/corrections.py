"""Corrections that are given up: the figures that were never accepted stop being the ones at hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.observations.steps import by_series, move
from giamsat.intake.quality import services as quality


def give_up(ids: Sequence[int], *, at: datetime) -> None:
    """They stay among the versions, unscored; those in force are at hand again."""
    waiting = ReportVersion.objects.filter(report__in=ids, accepted_at=None, superseded_at=None)
    waiting.update(superseded_at=at)
    given_up = Report.objects.filter(pk__in=ids)
    given_up.update(current=F("in_force"))
    for (form_code, period, basis), reports in by_series(given_up.order_by("pk")).items():
        whose = [each.unit_id for each in reports]
        quality.drop_drafts(whose, form_code=form_code, period=period, basis=basis)


def lock_again(report: Report, *, at: datetime) -> None:
    """A report of a locked period that was opened and not corrected is official as it was. It is held already."""
    if report.in_force_id is None:
        return
    if report.current_id != report.in_force_id:
        give_up([report.pk], at=at)
    move([report.pk], Status.KHOA, report.period_key)
