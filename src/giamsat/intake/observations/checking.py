"""Handing reports and what surrounds them to quality, and keeping what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from giamsat.intake.observations import deliveries
from giamsat.intake.observations.batch import Batch, Incoming
from giamsat.intake.observations.evidence import Asked, Body, Evidence, evidence_for
from giamsat.intake.observations.models import Estimate, Report
from giamsat.intake.quality import queries as quality_queries
from giamsat.intake.quality import services as quality
from giamsat.intake.quality.choices import Severity, Stage
from giamsat.intake.quality.queries import Finding
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.queries import Cell, Meant
from giamsat.lib.formulas import Grid
from giamsat.lib.formulas.grids import Whole
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Form

LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class CheckedReports:
    """What the rules say of each report of a batch, by its row."""

    form: Form
    checked: quality.Checked
    evidence: Evidence
    _worded: dict[int, list[Finding]] = field(default_factory=dict)

    def findings(self, row: int = 0) -> list[Finding]:
        """Worded once, however often they are asked for."""
        if row not in self._worded:
            self._worded[row] = list(self.checked.findings(row))
        return self._worded[row]

    def blocked_rows(self) -> list[int]:
        """Rows that may not be stored."""
        return [int(row) for row in np.flatnonzero(self.checked.blocked)]

    def waiting_rows(self) -> set[int]:
        """Rows with findings that ask for an explanation."""
        return {int(row) for row in np.flatnonzero(self.checked.has(Severity.WARNING))}

    def facts(self, row: int = 0, positions: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """The findings of a report as JSON, with where each cell stood in the file."""
        return [finding_facts(finding, self.form, positions) for finding in self.findings(row)]


def check_reports(
    units: Sequence[Body],
    form: Form,
    period: Period,
    basis: str,
    current: Grid,
    *,
    stage: Stage | None = None,
    about: Mapping[str, Whole] | None = None,
    estimates: Sequence[Estimate] = (),
) -> CheckedReports:
    """Put the rules of a stage, without one those of arrival, to reports of one form, period and basis at once.

    ``about``: what the caller knows of the units by word, beside what is gathered here.
    """
    stage = stage or (Stage.CONSOLIDATION if basis == Basis.CONSOLIDATED else Stage.ENTRY)
    rules = quality_queries.rules_asked(period, basis, stage.value)
    evidence = evidence_for(Asked(units, form, period, basis, rules, estimates=estimates), current)
    checked = quality.check_many(
        form.cells,
        current,
        period=period,
        basis=basis,
        history=evidence.history,
        own=evidence.own,
        children=evidence.children,
        peers=evidence.peers,
        predecessors=evidence.predecessors,
        about={**evidence.about, **(about or {})},
        siblings=evidence.siblings,
        siblings_history=evidence.siblings_history,
        rules=rules,
    )
    return CheckedReports(form, checked, evidence)


def check_one(
    unit: Unit,
    form: Form,
    period: Period,
    basis: str,
    values: Sequence[object],
    *,
    stage: Stage | None = None,
    estimates: Sequence[Estimate] = (),
) -> CheckedReports:
    """The same for a single report."""
    return check_reports(
        [body_of(unit)], form, period, basis, Grid.of([list(values)]), stage=stage, estimates=estimates
    )


def body_of(unit: Unit) -> Body:
    """What the checks know of a unit."""
    return Body(unit.pk, unit.kind, unit.path, unit.members)


def keep_one(checked: CheckedReports, report: Report, *, at: datetime) -> None:
    """Keep the findings of a stored report with its version, and its scores."""
    assert report.current is not None
    quality.keep_findings(report.current.pk, checked.findings())
    meant = Meant(report.form_code, report.period_key, report.basis)
    told = deliveries.evidence_of(meant, {report.unit_id: report.current.number})
    more = told.get(report.unit_id, deliveries.FAULTLESS)
    quality.record_scores(
        checked.checked,
        {0: quality.ScoredReport(report.unit_id, draft=True, more=more)},
        form_code=report.form_code,
        period=report.period,
        basis=report.basis,
        at=at,
    )


def keep_batch(checked: CheckedReports, incoming: Sequence[Incoming], batch: Batch) -> None:
    """The same for a stored batch; what is accepted at once has its explanation at once."""
    waiting = checked.waiting_rows()
    found = {each.version_id: checked.findings(each.row) for each in incoming if each.row in waiting}
    text = batch.accepting.explanation if batch.accepting else ""
    explained = quality.Explanation(text, batch.by, batch.at) if text else None
    quality.keep_findings_of_many(found, explained=explained)
    meant = Meant(batch.form.code, batch.period.key, batch.basis)
    told = deliveries.evidence_of(meant, {each.unit_id: each.number for each in incoming})
    scored = {
        each.row: quality.ScoredReport(
            each.unit_id, not each.accepted, each.days_late, told.get(each.unit_id, deliveries.FAULTLESS)
        )
        for each in incoming
    }
    quality.record_scores(
        checked.checked,
        scored,
        form_code=batch.form.code,
        period=batch.period,
        basis=batch.basis,
        at=batch.at,
    )


def finding_facts(finding: Finding, form: Form, positions: Sequence[str] | None) -> dict[str, Any]:
    """One finding as JSON: rule, cells and where they stand, what was found, what would be right."""
    cells = [form.cell_by_key[key] for key in finding.cell_keys if key in form.cell_by_key]
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "cells": list(finding.cell_keys),
        "positions": [_position(cell, positions) for cell in cells],
        "held": _text(finding.values[0] if finding.values else finding.value),
        "value": _text(finding.value),
        "value_is": finding.more.get("value_is", ""),
        "expected": _text(finding.expected),
        "expected_is": finding.more.get("expected_is", ""),
        "sentence": {language: finding.sentence(language) for language in LANGUAGES},
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _position(cell: Cell, positions: Sequence[str] | None) -> dict[str, str]:
    """Sheet and cell of a workbook, line and column of a CSV file, or the cell's key on a page."""
    if positions is None:
        return {"sheet": "", "cell": cell.key}
    sheet, _, place = positions[cell.ordinal].rpartition("!")
    return {"sheet": sheet, "cell": place}
