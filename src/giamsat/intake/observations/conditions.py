"""What must hold of a report before it takes a step: one requirement each, refused in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from giamsat.intake.observations.choices import SUBMITTABLE, Status
from giamsat.intake.observations.errors import (
    AlreadySubmitted,
    NotAwaitingAcceptance,
    NotExplained,
    NotSubmittable,
    ReasonMissing,
    StaleVersion,
)
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.sources.choices import PeriodState
from giamsat.intake.sources.errors import ClosedPeriod
from giamsat.lib.clock import stamp
from giamsat.lib.text import is_a_reason

if TYPE_CHECKING:
    from giamsat.intake.sources.models import ReportingPeriod


def version_seen(report: Report, seen: int | None) -> ReportVersion:
    """The version at hand, if it is the one that was looked at."""
    version = report.current
    if version is None:
        raise NotSubmittable(report.form_code, report.period_key, Status(report.status).label)
    if seen is not None and seen != version.number:
        raise StaleVersion(seen, version.number)
    return version


def require_not_submitted(report: Report) -> None:
    if report.status == Status.DA_NOP:
        at = report.submitted_at
        when = stamp(at) if at else ""
        raise AlreadySubmitted(report.form_code, report.period_key, report.submitted_by_name, when)


def require_explained(rules: Sequence[str]) -> None:
    """``rules``: those whose findings in the version at hand nobody has explained."""
    if rules:
        raise NotExplained(len(rules), list(rules))


def require_submittable(report: Report) -> None:
    if report.status not in SUBMITTABLE:
        raise NotSubmittable(report.form_code, report.period_key, Status(report.status).label)


def require_submitted(report: Report) -> None:
    if report.status != Status.DA_NOP:
        raise NotAwaitingAcceptance(report.form_code, report.period_key, Status(report.status).label)


def require_not_locked(period: ReportingPeriod) -> None:
    """What was submitted before the period was closed may still be accepted; official figures change no more."""
    if period.state == PeriodState.LOCKED:
        raise ClosedPeriod(period.key, period.state)


def require_reason(text: str, what: str) -> None:
    if not is_a_reason(text):
        raise ReasonMissing(what)
