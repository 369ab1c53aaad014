"""Making a consolidated report of its parts (R-02, R-03, R-04)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from giamsat.intake.observations import rights
from giamsat.intake.observations.choices import Standing
from giamsat.intake.observations.errors import ConflictInParts, OwnReportMissing
from giamsat.intake.observations.models import Declaration
from giamsat.intake.observations.parts import Parts, parts_of
from giamsat.intake.observations.receipts import Receipt
from giamsat.intake.observations.receiving import receive
from giamsat.intake.sources.choices import Basis
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit

    By = Actor | Account


@transaction.atomic
def consolidate(
    unit: Unit, form_code: str, period: Period, *, by: By, at: datetime, seen_version: int | None = None
) -> Receipt:
    """Fill a unit's consolidated report from its own and all those in force below, checked like any other.

    Refused while the own report has not been sent; R-04 refuses by name who is missing, unless an estimate stands in
    its place: those the version declares.
    """
    rights.require(by, "report.compile", unit, at=at)
    parts = parts_of(unit, form_code, period)
    require_no_conflict(parts, by=by, at=at)
    if parts.own is not None and parts.own.standing not in (Standing.IN_FORCE, Standing.AWAITING):
        raise OwnReportMissing(unit.name_vi, form_code, period.key)
    estimates = list(parts.estimated.values())
    receipt = receive(
        unit,
        parts.form,
        period,
        parts.declared,
        by=by,
        at=at,
        basis=Basis.CONSOLIDATED,
        seen_version=seen_version,
        estimates=estimates,
    )
    made = receipt.report.current if receipt.report else None
    if estimates and made is not None:
        declaration = Declaration.objects.create(
            version=made, expected=len(parts.children), reported=parts.reported
        )
        declaration.estimates.set(estimates)
    return receipt


def require_no_conflict(parts: Parts, *, by: By, at: datetime) -> None:
    """Whoever is excluded from one part would learn it from the sum of all."""
    scope = rights.person(by, at=at).scope
    if scope is None:
        return
    barred = [each.unit.name_vi for each in parts.children if scope.has_conflict_with(each.unit)]
    if barred:
        raise ConflictInParts(barred)
