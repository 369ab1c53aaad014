"""Estimates that stand in the place of missing reports, and what they may be taken from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from giamsat.intake.observations.choices import Way
from giamsat.intake.observations.models import Declaration, Estimate, Report
from giamsat.intake.sources import queries as sources
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.observations.parts import Part
    from giamsat.intake.sources.models import Form

Values = list[Decimal | None]


def estimates_for(unit: Unit, form_code: str, period: Period) -> list[Estimate]:
    """Those that stand for one sum; a unit that has reported meanwhile needs none."""
    standing = Estimate.objects.filter(
        summed_by=unit, form__code__in=sources.family(form_code), period_key=period.key, withdrawn_at=None
    )
    return list(standing.select_related("unit", "form").order_by("unit__sort_key", "pk"))


def period_of(way: Way, period: Period) -> Period | None:
    """The earlier period whose figures an estimate repeats; None where there is none, or they are typed."""
    if way == Way.LAST_YEAR:
        return period.same_last_year()
    return period.previous_cumulative() if way == Way.BEFORE else None


def figures_for(part: Part, form: Form, period: Period, way: Way) -> Values | None:
    """What the unit had in force of that earlier period, in the cells of its form; None where there is nothing."""
    earlier = period_of(way, period)
    if earlier is None:
        return None
    report = (
        Report.objects.select_related("in_force")
        .filter(
            unit=part.unit,
            form_code__in=sources.family(form.code),
            period_key=earlier.key,
            basis=part.basis,
            in_force__isnull=False,
        )
        .order_by("pk")
        .first()
    )
    if report is None or report.in_force is None:
        return None
    said = report.in_force.by_key(list(sources.form_by_id(report.in_force.form_id).cell_by_key))
    return [said.get(cell.key) for cell in form.cells]


def declared_in(version_ids: Iterable[int]) -> list[Estimate]:
    """The estimates on which these versions of sums rest."""
    declaring = Estimate.objects.filter(declarations__version__in=list(version_ids))
    return list(declaring.select_related("form").order_by("pk").distinct())


def declarations(version_ids: Iterable[int]) -> Mapping[int, Declaration]:
    """By version, what it declares; a sum that rests on reports alone declares nothing."""
    found = Declaration.objects.filter(version_id__in=list(version_ids)).order_by("pk")
    return {each.version_id: each for each in found.prefetch_related("estimates__unit")}
