"""Thousands of reports of one form and period at once: one check for all, COPY for what passes.

The checks and the refusals are those of ``receiving``; what fails is left out and told, report by report.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.intake.observations import admission, holding, rights
from giamsat.intake.observations.batch import Accepting, Batch, store, tell
from giamsat.intake.observations.checking import CheckedReports, Finding, check_reports, keep_batch
from giamsat.intake.observations.errors import OwnReportNotInForce, ReportRefused, WrongNumberOfValues
from giamsat.intake.observations.evidence import Body
from giamsat.intake.observations.lookups import among
from giamsat.intake.observations.models import Report
from giamsat.intake.observations.withdrawing import end_withdrawals
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.actors import Actor
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.intake.sources.models import Delivery, Form

    By = Actor | Account


@dataclass(frozen=True, slots=True)
class BulkReceipt:
    """What became of a batch: reports stored by unit, and refusals by unit."""

    reports: Mapping[int, int] = field(default_factory=dict)
    findings: Mapping[int, list[Finding]] = field(default_factory=dict)
    refusals: Mapping[int, Refusal] = field(default_factory=dict)


@transaction.atomic
@catalogue.one_look()
def receive_many(
    form: Form,
    period: Period,
    unit_ids: Sequence[int],
    values: Grid | Sequence[Sequence[object]],
    *,
    by: By,
    at: datetime,
    basis: str = Basis.OWN,
    delivery: Delivery | None = None,
    delivery_ids: Sequence[int] | None = None,
    recorded_at: Sequence[datetime] | None = None,
    accepting: Accepting | None = None,
    positions: Sequence[Sequence[str]] | None = None,
) -> BulkReceipt:
    """Take in one report for each unit, in one transaction.

    Rows follow ``unit_ids``, columns the form's cells; a row that may not be stored is left out and told.
    ``delivery`` brought them all, or ``delivery_ids`` each its own.
    ``recorded_at``: when each came in, for deliveries loaded later than they arrived.
    """
    current = _grid(values, form, rows=len(unit_ids))
    admission.require_period(form, period, at=at)
    refusals = _refused_units(unit_ids, form, period, basis, by=by, at=at)
    holding.hold_series(form.code, period.key, basis, alone=True)
    held = _held(unit_ids, form, period, basis, refusals)
    listed = _bodies(unit_ids)
    checked = check_reports(listed, form, period, basis, current)
    batch = Batch(form, period, basis, delivery, rights.actor_of(by), at, accepting, delivery_ids)
    if accepting is not None and basis == Basis.CONSOLIDATED:
        refusals |= _without_own(listed, form, period, but=refusals)
    refusals |= _blocked(checked, batch, unit_ids, positions, but=refusals)
    waiting = checked.waiting_rows()
    if accepting is None:
        rows = {unit_id: row for row, unit_id in enumerate(unit_ids) if row not in waiting}
        refusals |= _said_already(held, form, rows, current, but=refusals)
    passing = [row for row, unit_id in enumerate(unit_ids) if unit_id not in refusals]
    if not passing:
        return BulkReceipt({}, {}, refusals)
    incoming = store(batch, passing, listed, current, held=held, waiting=waiting, recorded_at=recorded_at)
    end_withdrawals([each.report_id for each in incoming if each.accepted and each.held], at=at)
    keep_batch(checked, incoming, batch)
    tell(batch, incoming, refused=len(refusals))
    findings = {each.unit_id: checked.findings(each.row) for each in incoming if each.row in waiting}
    return BulkReceipt({each.unit_id: each.report_id for each in incoming}, findings, refusals)


def _grid(values: Grid | Sequence[Sequence[object]], form: Form, *, rows: int) -> Grid:
    grid = values if isinstance(values, Grid) else Grid.of(values)
    if grid.shape != (rows, len(form.cells)):
        raise WrongNumberOfValues(form.code, grid.shape[1], len(form.cells))
    return grid


def _bodies(unit_ids: Sequence[int]) -> list[Body]:
    """The units in their order, without what the checks do not read."""
    found = units.all_units().filter(among("pk", unit_ids)).order_by().values_list(*Body._fields)
    known = {row[0]: Body._make(row) for row in found}
    return [known[unit_id] for unit_id in unit_ids]


def _refused_units(
    unit_ids: Sequence[int], form: Form, period: Period, basis: str, *, by: By, at: datetime
) -> dict[int, Refusal]:
    """Units that may not report this now, each with its reason."""
    owing = set(sources.obliged_units(form.code, period, basis).order_by().values_list("pk", flat=True))
    may = rights.compilable(by, at=at)
    allowed = owing if may is None else owing & may
    refusals: dict[int, Refusal] = {}
    asking = rights.person(by, at=at)
    for unit in units.all_units().filter(pk__in=set(unit_ids) - allowed):
        try:
            admission.require_open(unit, period)
            asking.require("report.compile", unit)
            admission.require_unit(unit, form, period, basis)
        except Refusal as refusal:
            refusals[unit.pk] = refusal
    return refusals


def _held(
    unit_ids: Sequence[int], form: Form, period: Period, basis: str, refusals: dict[int, Refusal]
) -> dict[int, Report]:
    """Reports that are there already, held; those that take no figures are refused."""
    there = Report.objects.filter(
        among("unit_id", unit_ids), form_code=form.code, period_key=period.key, basis=basis
    )
    held = {report.unit_id: report for report in holding.held_reports(there, "current")}
    for unit_id, report in held.items():
        try:
            admission.require_writable(report)
        except Refusal as refusal:
            refusals.setdefault(unit_id, refusal)
    return held


def _blocked(
    checked: CheckedReports,
    batch: Batch,
    unit_ids: Sequence[int],
    positions: Sequence[Sequence[str]] | None,
    *,
    but: Container[int],
) -> dict[int, Refusal]:
    """Units whose figures a rule forbids, each with all that was found, but those refused already."""
    refusals: dict[int, Refusal] = {}
    for row in checked.blocked_rows():
        if unit_ids[row] not in but:
            facts = checked.facts(row, positions[row] if positions else None)
            refusals[unit_ids[row]] = ReportRefused(batch.form.code, batch.period.key, facts)
    return refusals


def _without_own(
    listed: Sequence[Body], form: Form, period: Period, *, but: Container[int]
) -> dict[int, Refusal]:
    """Units whose own figures, on which the sum to be accepted rests, are not in force."""
    own = Report.objects.filter(
        form_code=form.code, period_key=period.key, basis=Basis.OWN, in_force__isnull=False
    )
    there = set(own.order_by().values_list("unit_id", flat=True))
    without = [each.pk for each in listed if each.pk not in there and each.pk not in but]
    return {
        unit.pk: OwnReportNotInForce(unit.name_vi, form.code, period.key)
        for unit in units.all_units().filter(among("pk", without))
    }


def _said_already(
    held: Mapping[int, Report], form: Form, rows: Mapping[int, int], current: Grid, *, but: Container[int]
) -> dict[int, Refusal]:
    """Of units with these rows, those whose row says what their report says, but those refused already."""
    refusals: dict[int, Refusal] = {}
    for unit_id, report in held.items():
        if unit_id not in rows or unit_id in but:
            continue
        try:
            admission.require_other_figures(report, form, current.at([rows[unit_id]]))
        except Refusal as refusal:
            refusals[unit_id] = refusal
    return refusals
