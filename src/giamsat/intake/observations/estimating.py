"""An estimate for a report that is missing below: set by a compiler of the unit that adds up, and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from giamsat.foundation.audit import services as audit
from giamsat.intake.observations import admission, conditions, holding, late, rights
from giamsat.intake.observations.choices import Way
from giamsat.intake.observations.consolidating import require_no_conflict
from giamsat.intake.observations.errors import EstimateNotThere, NotCounted, NotEstimable, WrongNumberOfValues
from giamsat.intake.observations.estimates import estimates_for, figures_for
from giamsat.intake.observations.models import Estimate, Report
from giamsat.intake.observations.parts import Part, Parts, parts_of
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Form

    By = Actor | Account


@transaction.atomic
def estimate(
    unit: Unit,
    form_code: str,
    period: Period,
    missing: Unit,
    *,
    way: str,
    reason: str,
    by: By,
    at: datetime,
    values: Sequence[Any] = (),
) -> Estimate:
    """Put figures in the place of what a unit below has not got in force: those of an earlier period of its own, or
    typed ones in the order of the form it owes. An earlier estimate for it is withdrawn."""
    actor = rights.require(by, "report.compile", unit, at=at)
    conditions.require_reason(reason, _("An estimate"))
    holding.hold_series(form_code, period.key, Basis.CONSOLIDATED, alone=True)
    _require_undecided(unit, form_code, period, at)
    parts = parts_of(unit, form_code, period)
    require_no_conflict(parts, by=by, at=at)
    part = _part_of(parts, missing)
    form = sources.form_for(part.form_code, period)
    given = _given(part, form, period, Way(way), values)
    for earlier in estimates_for(unit, form_code, period):
        if earlier.unit_id == missing.pk:
            _withdraw(earlier, actor, at)
    made = Estimate.objects.create(
        summed_by=unit,
        unit=missing,
        form=form,
        period_key=period.key,
        way=way,
        values=given,
        reason=reason.strip(),
        made_at=at,
        made_by_id=actor.id,
        made_by_name=actor.name,
    )
    _record("estimate.made", made, actor, at)
    return made


@transaction.atomic
def withdraw_estimate(number: int, *, by: By, at: datetime) -> Estimate:
    """Nothing stands in the place of the missing report any more; a draft of a sum that declared it is made anew."""
    standing = Estimate.objects.select_related("summed_by", "form").filter(pk=number, withdrawn_at=None)
    meant = standing.first()
    if meant is None:
        raise EstimateNotThere
    actor = rights.require(by, "report.compile", meant.summed_by, at=at)
    for code in sources.family(meant.form.code):  # the sum is held before the estimate, as when one is made
        _require_undecided(meant.summed_by, code, Period.parse(meant.period_key), at)
    found = standing.select_for_update(of=("self",)).first()
    if found is None:
        raise EstimateNotThere
    return _withdraw(found, actor, at)


def _given(part: Part, form: Form, period: Period, way: Way, values: Sequence[Any]) -> Sequence[Any]:
    """The figures of the estimate, in the order of the form's cells."""
    given = list(values) if way == Way.TYPED else figures_for(part, form, period, way)
    if given is None or not any(value is not None for value in given):
        raise NotEstimable(part.unit.name_vi, way.label)
    if len(given) != len(form.cells):
        raise WrongNumberOfValues(form.code, len(given), len(form.cells))
    _require_counts(form, given)
    return given


def _require_undecided(unit: Unit, form_code: str, period: Period, at: datetime) -> None:
    """The sum may still be made: what it declares stays as it was sent, accepted and locked."""
    if sources.obligation_of(unit, form_code, period, Basis.CONSOLIDATED) is None:
        return
    late.require_taken(sources.reporting_period(period.key), unit, form_code, Basis.CONSOLIDATED, at=at)
    there = Report.objects.filter(
        unit=unit, form_code=form_code, period_key=period.key, basis=Basis.CONSOLIDATED
    )
    for report in holding.held_reports(there):
        admission.require_writable(report)


def _require_counts(form: Form, values: Sequence[object]) -> None:
    """What was typed can be counted (R-01); a blank says nothing."""
    for cell, value in zip(form.cells, values, strict=True):
        if value is None:
            continue
        number = value if isinstance(value, Decimal | int) else None
        if number is None or number < 0 or round(number, cell.decimals) != number:
            raise NotCounted(cell.row_code, str(value), cell.decimals)


def _part_of(parts: Parts, missing: Unit) -> Part:
    """The missing unit's part; what is in force, or owed to another, is not estimated."""
    for each in parts.missing:
        if each.unit.pk == missing.pk:
            return each
    raise NotEstimable(missing.name_vi, "")


def _withdraw(found: Estimate, actor: Actor, at: datetime) -> Estimate:
    found.withdrawn_at, found.withdrawn_by_name = at, actor.name
    found.save(update_fields=["withdrawn_at", "withdrawn_by_name"])
    _record("estimate.withdrawn", found, actor, at)
    return found


def _record(verb: str, about: Estimate, actor: Actor, at: datetime) -> None:
    audit.record(
        verb,
        subject=f"estimate:{about.pk}",
        by=actor,
        at=at,
        unit_id=about.unit_id,
        facts={"form": about.form.code, "period": about.period_key, "way": about.way, "reason": about.reason},
    )
