"""What a consolidated report is made of: the unit's own report and those of the units below, as they stand now.

A unit below gives its own figures, unless a unit above it, below the one that adds up, signs a sum with them in it:
so a province adds up its communes, and the Centre what its points have signed (decisions, "Whose figure").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from django.db.models.functions import Left

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity
from giamsat.intake.observations.choices import RECEIVED, Standing, Status
from giamsat.intake.observations.estimates import estimates_for
from giamsat.intake.observations.figures import IN_FORCE, IN_FORCE_OR_AT_HAND, stored
from giamsat.intake.observations.models import Estimate, Report
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.lib.clock import day_of
from giamsat.lib.formulas import Grid, from_scaled
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Form
    from giamsat.intake.sources.queries import Cell

Row = Mapping[str, Decimal | None]
ADDITIVE = (Additivity.FLOW.value, Additivity.STOCK.value)


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit gives to a sum: the report it owes, and how far that has come. A draft is nobody's but its own."""

    unit: Unit
    form_code: str
    basis: str
    due_on: date | None
    report: Report | None

    @property
    def standing(self) -> Standing:
        report = self.report
        if report is None:
            return Standing.MISSING
        if report.in_force_id:
            return Standing.IN_FORCE
        if report.status == Status.DA_NOP:
            return Standing.AWAITING
        return Standing.RETURNED if report.status == Status.TRA_LAI else Standing.MISSING

    @property
    def counts(self) -> bool:
        """Whether its figures are in the sum."""
        return self.standing == Standing.IN_FORCE

    @property
    def was_sent(self) -> bool:
        """Whether it has left its unit, accepted or not: a point sends its own report and its sum together."""
        return self.standing != Standing.MISSING

    @property
    def being_corrected(self) -> bool:
        """In force, and other figures are on their way."""
        return self.counts and self.report is not None and self.report.status not in RECEIVED

    def days_late(self, on: date) -> int:
        """How long after its day it was sent, or has not been sent yet."""
        if self.due_on is None:
            return 0
        sent = self.report.submitted_at if self.report else None
        waits = sent is None or self.standing in (Standing.MISSING, Standing.RETURNED)
        until = on if waits or sent is None else day_of(sent)
        return max(timedelta(0), until - self.due_on).days


@dataclass(frozen=True)
class Parts:
    """The parts of one unit's sum on a form for a period, with their figures in the cells of that form.

    ``own`` is None where the unit owes no report of its own. ``is_signed``: the unit sends the sum on, where the Centre
    only reads it; ``is_over``: the period takes no reports; ``signed`` is the consolidated report that it has made.
    """

    unit: Unit
    form: Form
    period: Period
    own: Part | None
    children: Sequence[Part]
    is_signed: bool
    is_over: bool
    signed: Report | None
    own_figures: Grid
    figures: Grid
    estimates: Sequence[Estimate] = ()

    @cached_property
    def missing(self) -> list[Part]:
        """The units below whose figures are not in the sum."""
        return [each for each in self.children if not each.counts]

    @cached_property
    def estimated(self) -> dict[int, Estimate]:
        """By unit, what stands in the place of a report that is missing."""
        missing = {each.unit.pk for each in self.missing}
        return {each.unit_id: each for each in self.estimates if each.unit_id in missing}

    @property
    def left_out(self) -> list[Part]:
        """The units below that neither report nor are estimated."""
        return [each for each in self.missing if each.unit.pk not in self.estimated]

    @property
    def reported(self) -> int:
        return len(self.children) - len(self.missing)

    @cached_property
    def below(self) -> list[Decimal | None]:
        """Cell by cell, what is in force of the units below; None where none of them says anything."""
        return _added(self.figures)

    @cached_property
    def total(self) -> list[Decimal | None]:
        """Cell by cell, own and below together; a ratio is never added."""
        added = zip(self.form.cells, _added(self.own_figures, self.figures), strict=True)
        return [value if cell.additivity in ADDITIVE else None for cell, value in added]

    @cached_property
    def guessed(self) -> list[Decimal | None]:
        """Cell by cell, the estimates alone; they stand apart from the sum, and a ratio is never added."""
        by_key = [each.values_by_key for each in self.estimated.values()]
        told = [
            [each.get(cell.key) for each in by_key] if cell.additivity in ADDITIVE else []
            for cell in self.form.cells
        ]
        return [
            sum((value for value in some if value is not None), Decimal(0))
            if any(value is not None for value in some)
            else None
            for some in told
        ]

    @property
    def declared(self) -> list[Decimal | None]:
        """Cell by cell, what a report says that declares the estimates."""
        return [
            one if two is None else two if one is None else one + two
            for one, two in zip(self.total, self.guessed, strict=True)
        ]

    @cached_property
    def said(self) -> Row:
        """What the consolidated report at hand says, by cell key."""
        if self.signed is None or self.signed.current is None:
            return {}
        version = self.signed.current
        return version.by_key(list(sources.form_by_id(version.form_id).cell_by_key))

    @cached_property
    def differences(self) -> dict[str, Decimal]:
        """By cell key, how much more the consolidated report says than its parts add up to, where it does."""
        if not self.said:
            return {}
        apart = {
            cell.key: (self.said.get(cell.key) or Decimal(0)) - (value or Decimal(0))
            for cell, value in zip(self.form.cells, self.declared, strict=True)
            if cell.additivity in ADDITIVE
        }
        return {key: by for key, by in apart.items() if by}

    @property
    def changed_since(self) -> list[Part]:
        """The parts that came in force after the consolidated report was made."""
        if self.signed is None or self.signed.current is None:
            return []
        made_at = self.signed.current.recorded_at
        parts = [self.own, *self.children] if self.own else list(self.children)
        return [
            each
            for each in parts
            if each.report
            and each.report.in_force
            and (each.report.in_force.accepted_at or made_at) > made_at
        ]

    def given(self, cell: Cell) -> list[Decimal | None]:
        """What each unit below gives to one cell, in their order."""
        return [self.figures.value(row, cell.ordinal) for row in range(len(self.children))]


@catalogue.one_look()
def parts_of(unit: Unit, form_code: str, period: Period) -> Parts:
    """Everything about one sum by as many questions for two units below as for two hundred."""
    form = sources.form_for(form_code, period)
    due = _due_days(form, period)
    below = _owing_below(unit, form, period)
    filed = _filed([unit.pk, *(each.pk for each, _code, _basis in below)], form, period)

    def part(whose: Unit, code: str, basis: str) -> Part:
        report = filed.get((whose.pk, code, basis))
        return Part(whose, code, basis, due.get((whose.kind, code, basis)), report)

    children = [part(*each) for each in below]
    owes = (unit.kind, form.code, Basis.OWN.value) in due
    own = part(unit, form.code, Basis.OWN.value) if owes else None
    return Parts(
        unit=unit,
        form=form,
        period=period,
        own=own,
        children=children,
        is_signed=(unit.kind, form.code, Basis.CONSOLIDATED.value) in due,
        is_over=sources.reporting_period(period.key).state != PeriodState.OPEN,
        signed=filed.get((unit.pk, form.code, Basis.CONSOLIDATED.value)),
        own_figures=_figures([unit.pk], Basis.OWN, form, period)
        if own and own.was_sent
        else Grid.blank(1, len(form.cells)),
        figures=_figures_of(children, form, period),
        estimates=estimates_for(unit, form.code, period),
    )


def _due_days(form: Form, period: Period) -> dict[tuple[str, str, str], date]:
    """By kind of unit, form and basis, the last day of every duty of the form's family."""
    family = sources.family(form.code)
    return {
        (each.unit_kind, each.form_code, each.basis): sources.due_on(each, period)
        for each in sources.obligations(period)
        if each.form_code in family
    }


def _owing_below(unit: Unit, form: Form, period: Period) -> list[tuple[Unit, str, str]]:
    """The units that give figures to the sum, with the form and basis they owe, by name."""
    step = len(unit.path) + unit.steplen
    signed: dict[str, tuple[Unit, str, str]] = {}
    own: list[tuple[Unit, str, str]] = []
    family = sources.family(form.code)
    for code in family:
        directly = sources.obliged_units(code, period, Basis.CONSOLIDATED).filter(
            path__startswith=unit.path, depth=unit.depth + 1
        )
        signed |= {each.path: (each, code, Basis.CONSOLIDATED.value) for each in directly}
    for code in family:
        others = sources.obliged_units(code, period).filter(path__startswith=unit.path).exclude(pk=unit.pk)
        others = others.alias(top=Left("path", step)).exclude(top__in=list(signed))
        own += [(each, code, Basis.OWN.value) for each in others]
    return sorted([*signed.values(), *own], key=lambda each: (each[0].sort_key, each[0].pk))


def _filed(unit_ids: Sequence[int], form: Form, period: Period) -> dict[tuple[int, str, str], Report]:
    reports = (
        Report.objects.filter(
            unit_id__in=unit_ids, form_code__in=sources.family(form.code), period_key=period.key
        )
        .select_related("current", "in_force")
        .defer("in_force__values")
        .order_by("pk")
    )
    return {(each.unit_id, each.form_code, str(each.basis)): each for each in reports}


def _figures_of(children: Sequence[Part], form: Form, period: Period) -> Grid:
    """Children × cells of what is in force, in their order."""
    grid = Grid.blank(len(children), len(form.cells))
    for basis in Basis.values:
        rows = [row for row, each in enumerate(children) if each.basis == basis]
        if rows:
            ids = [children[row].unit.pk for row in rows]
            some = _figures(ids, basis, form, period, which=IN_FORCE)
            grid.scaled[rows], grid.present[rows] = some.scaled, some.present
    return grid


def _figures(
    unit_ids: Sequence[int], basis: str, form: Form, period: Period, *, which: str = IN_FORCE_OR_AT_HAND
) -> Grid:
    return stored(
        [cell.key for cell in form.cells],
        unit_ids,
        form_codes=sources.family(form.code),
        period_key=period.key,
        basis=basis,
        which=which,
    )


def _added(*grids: Grid) -> list[Decimal | None]:
    """Cell by cell, the sum over all rows of some grids; None where every row is blank."""
    scaled = sum(grid.scaled.sum(axis=0, dtype=np.int64) for grid in grids)
    present = np.logical_or.reduce([grid.present.any(axis=0) for grid in grids])
    return [from_scaled(int(each)) if there else None for each, there in zip(scaled, present, strict=True)]
