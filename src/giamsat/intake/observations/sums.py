"""What must hold of a consolidated report before it goes on: it rests on the own report, and equals its parts."""

from __future__ import annotations

from giamsat.intake.observations.errors import OwnReportMissing, OwnReportNotInForce, SumOutdated
from giamsat.intake.observations.estimates import declared_in
from giamsat.intake.observations.models import Report
from giamsat.intake.observations.parts import parts_of
from giamsat.intake.sources.choices import Basis


def require_true_sum(report: Report) -> None:
    """Before a consolidated report goes up: the own report has been sent, the sum still equals its parts, and declares
    the estimates that stand."""
    parts = parts_of(report.unit, report.form_code, report.period)
    if parts.own is not None and not parts.own.was_sent:
        raise OwnReportMissing(report.unit.name_vi, report.form_code, report.period_key)
    declared = {each.pk for each in declared_in([report.current_id] if report.current_id else [])}
    if parts.differences or declared != {each.pk for each in parts.estimated.values()}:
        changed = [each.unit.name_vi for each in [*parts.changed_since, *parts.left_out]]
        raise SumOutdated(report.form_code, report.period_key, len(parts.differences), changed)


def require_own_in_force(report: Report) -> None:
    """Before a consolidated report comes in force: the own figures that it rests on are."""
    own = Report.objects.filter(
        unit=report.unit_id, form_code=report.form_code, period_key=report.period_key, basis=Basis.OWN
    )
    if not own.filter(in_force__isnull=False).exists():
        raise OwnReportNotInForce(report.unit.name_vi, report.form_code, report.period_key)
