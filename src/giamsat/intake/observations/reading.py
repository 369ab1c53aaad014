"""Which version of a report a person reads: drafts belong to whoever makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giamsat.foundation.access.choices import Action
from giamsat.intake.observations.choices import DRAFTS
from giamsat.intake.observations.models import ReportVersion
from giamsat.intake.sources.choices import DeliveryStatus

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from giamsat.foundation.access.queries import Scope
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.observations.models import Report
    from giamsat.intake.sources.models import Delivery


def decides(scope: Scope, unit: Unit) -> bool:
    """Accepting and returning a unit's reports belongs to the unit directly above."""
    own = scope.own
    above = own is None or unit.path[: -unit.steplen] == own.path
    return above and scope.may(Action.REPORT_ACCEPT, unit)


def makes_reports(scope: Scope, unit: Unit) -> bool:
    """Whether somebody compiles or submits there: drafts are theirs."""
    return scope.may(Action.REPORT_COMPILE, unit) or scope.may(Action.REPORT_SUBMIT, unit)


def is_readable(scope: Scope, report: Report) -> bool:
    """Whether there is anything of a report that this person may read by now."""
    sent = report.in_force_id is not None or report.status not in DRAFTS
    return sent or makes_reports(scope, report.unit)


def version_for(scope: Scope, report: Report) -> ReportVersion | None:
    """The version that this person reads; None while there is none for them.

    Whoever compiles or submits there reads what is at hand, and who decides about it what was submitted.
    Everybody else reads what is in force, else what was submitted.
    """
    if makes_reports(scope, report.unit):
        return report.current
    submitted = None if report.status in DRAFTS else report.current
    if decides(scope, report.unit):
        return submitted or report.in_force
    return report.in_force or submitted


def is_delivery_readable(scope: Scope, delivery: Delivery) -> bool:
    """Whether a delivery of one unit is more than a draft to this person: refused, or of a version they read. The whole
    of a list is its sender's alone; a file that one unit sent for others is for those who see the small cells of all.

    What was refused spoils a score and is opened from there; what was taken in is sent when its version is.
    """
    if delivery.unit is None:
        return False
    versions = list(_given_by(delivery))
    if not {each.report.unit_id for each in versions} <= scope.small_cell_unit_ids:
        return False
    if delivery.status == DeliveryStatus.REFUSED or makes_reports(scope, delivery.unit):
        return True
    return any(_is_sent(scope, each) for each in versions)


def reports_readable_in(scope: Scope, delivery: Delivery, *, of: int | None = None) -> list[Report]:
    """Of a list for many units the reports whose lines this person may read; ``of``: of one report, if it may be."""
    given = _given_by(delivery) if of is None else _given_by(delivery).filter(report=of)
    return [
        each.report
        for each in given
        if each.report.unit_id in scope.small_cell_unit_ids
        and (makes_reports(scope, each.report.unit) or _is_sent(scope, each))
    ]


def _is_sent(scope: Scope, version: ReportVersion) -> bool:
    """Whether the figures are no draft to this person."""
    return bool(version.accepted_at) or version_for(scope, version.report) == version


def _given_by(delivery: Delivery) -> QuerySet[ReportVersion]:
    given = ReportVersion.objects.filter(delivery=delivery.pk).select_related(
        "report__unit", "report__current", "report__in_force"
    )
    return given.defer("values", "report__current__values", "report__in_force__values").order_by("pk")
