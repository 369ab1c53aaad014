"""When a head sends a report, the rules of that stage are put to it again: other reports may have changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import get_language

from giamsat.intake.observations.checking import CheckedReports, body_of, check_reports
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.errors import NoLongerPasses, NotExplained
from giamsat.intake.observations.estimates import declared_in
from giamsat.intake.observations.models import Estimate, Report
from giamsat.intake.quality import queries as quality_queries
from giamsat.intake.quality import services as quality
from giamsat.intake.quality.choices import Stage
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

MOST_TOLD = 3
Known = set[tuple[int, str, tuple[str, ...]]]


def doubts(reports: Sequence[Report]) -> dict[int, Refusal]:
    """By number, the reports that may not be sent as they stand, and why.

    What blocks refuses the report; what asks for an explanation and was not found before is kept with its version,
    which waits for that explanation.
    """
    refusals: dict[int, Refusal] = {}
    known = _known(reports)
    for (form_id, period, basis), some in _alike(reports).items():
        form = sources.form_by_id(form_id)
        checked = check_reports(
            [body_of(each.unit) for each in some], form, period, basis,
            Grid.of([list(each.current.values) for each in some if each.current]), stage=Stage.SUBMIT,
            estimates=_declared(some) if basis == Basis.CONSOLIDATED else (),
        )  # fmt: skip
        doubted = {*checked.blocked_rows(), *checked.waiting_rows()}
        for row in sorted(doubted):
            refusal = _refusal(some[row], checked, row, known)
            if refusal is not None:
                refusals[some[row].pk] = refusal
    return refusals


def _refusal(report: Report, checked: CheckedReports, row: int, known: Known) -> Refusal | None:
    assert report.current_id is not None
    found = [each for each in checked.findings(row) if each.blocks]
    if found:
        language = get_language() or "vi"
        told = [each.sentence(language) for each in found[:MOST_TOLD]]
        return NoLongerPasses(report.form_code, report.period_key, [each.rule for each in found], told)
    fresh = [
        each
        for each in checked.findings(row)
        if each.needs_explanation and (report.current_id, each.check, each.cell_keys) not in known
    ]
    if not fresh:
        return None
    quality.keep_findings(report.current_id, fresh)
    if report.status == Status.CHO_DUYET:
        report.status = Status.NHAP
        report.save(update_fields=["status"])
    return NotExplained(len(fresh), [each.rule for each in fresh])


def _declared(reports: Iterable[Report]) -> list[Estimate]:
    return declared_in([each.current_id for each in reports if each.current_id])


def _known(reports: Iterable[Report]) -> Known:
    """What was found in these versions before, explained or not: that is asked of them elsewhere."""
    versions = [each.current_id for each in reports if each.current_id]
    return {
        (each.report_version_id, each.facts["check"], tuple(each.cell_keys))
        for each in quality_queries.findings_of_many(versions)
    }


def _alike(reports: Iterable[Report]) -> dict[tuple[int, Period, str], list[Report]]:
    """Reports filled in on the same form version, of one period and basis."""
    alike: dict[tuple[int, Period, str], list[Report]] = {}
    for each in reports:
        if each.current is not None:
            alike.setdefault((each.current.form_id, each.period, str(each.basis)), []).append(each)
    return alike
