"""Load the rules, put them to reports, keep what they find, and score reports by the evidence there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from giamsat.foundation.catalogue.services import Loaded
from giamsat.intake.quality import later, loading, queries, score_store, scoring
from giamsat.intake.quality.checking import Checked, check_reports
from giamsat.intake.quality.choices import Part, Severity
from giamsat.intake.quality.definition import Rule
from giamsat.intake.quality.errors import ExplanationMissing, NotAShare, NothingToExplain
from giamsat.intake.quality.findings import Finding
from giamsat.intake.quality.frames import Children, History
from giamsat.intake.quality.loading import publish_rule
from giamsat.intake.quality.models import StoredFinding
from giamsat.intake.quality.objections import correct, object_to, uphold
from giamsat.intake.quality.rules import Evidence, on_time
from giamsat.intake.quality.use import count_decision, count_view
from giamsat.intake.quality.use import forget as forget_use
from giamsat.intake.sources.queries import Cell
from giamsat.lib.actors import Actor
from giamsat.lib.formulas import Grid
from giamsat.lib.formulas.frames import Percentile
from giamsat.lib.formulas.grids import Whole
from giamsat.lib.periods import Period

__all__ = [
    "Checked",
    "Evidence",
    "Explanation",
    "Grid",
    "ScoredReport",
    "check_many",
    "correct",
    "count_as_sent",
    "count_decision",
    "count_view",
    "drop_drafts",
    "explain",
    "forget_use",
    "hand_evidence",
    "hand_evidence_of_many",
    "keep_findings",
    "keep_findings_of_many",
    "keep_later_findings",
    "load_rules",
    "object_to",
    "on_time",
    "publish_rule",
    "record_scores",
    "uphold",
]
KEPT = (Severity.ERROR.value, Severity.WARNING.value)
PARTS = frozenset(Part.values)


def load_rules(folder: Path, *, at: datetime) -> Loaded:
    """Load every rule file; the same version with other content is refused with a diff."""
    return loading.load_rules(folder, at=at)


def check_many(
    form_cells: Sequence[Cell],
    current: Grid,
    *,
    period: Period | None = None,
    previous: Grid | None = None,
    history: History | None = None,
    basis: str = "own",
    own: Grid | None = None,
    children: Children | None = None,
    peers: Mapping[Percentile, Grid] | None = None,
    predecessors: Grid | None = None,
    about: Mapping[str, Whole] | None = None,
    siblings: Sequence[tuple[Sequence[Cell], Grid]] = (),
    siblings_history: History | None = None,
    rules: Sequence[Rule] | None = None,
) -> Checked:
    """Many reports of one form and period by one query; every grid holds the same reports in order.

    ``history`` holds earlier reports of the units, in this form's cells: those of ``periods_needed``.
    ``siblings`` are other forms of the units accepted for the period, ``own`` the units' own figures when these
    reports are consolidated, ``predecessors`` what the units merged into them had reported, ``about`` what is known
    of the units by word (below 0: not known). What is not handed over leaves the rules that need it not assessed.
    """
    if rules is None:
        rules = queries.rules_on(period.ends_on if period else None)
    return check_reports(
        form_cells, current, rules, label=queries.labels(), period=period, previous=previous,
        history=history, basis=basis, own=own, children=children, peers=peers, predecessors=predecessors,
        about=about, siblings=siblings, siblings_history=siblings_history,
    )  # fmt: skip


def keep_findings(report_version_id: int, findings: Iterable[Finding]) -> list[StoredFinding]:
    """Store what blocks or needs an explanation, with its number; what only informs is not kept."""
    return keep_findings_of_many({report_version_id: findings})


@dataclass(frozen=True, slots=True)
class Explanation:
    """One explanation for all findings that are kept together, when figures come in explained."""

    text: str
    by: Actor
    at: datetime


def keep_findings_of_many(
    findings: Mapping[int, Iterable[Finding]], *, explained: Explanation | None = None
) -> list[StoredFinding]:
    """The same for many report versions, by their numbers."""
    return StoredFinding.objects.bulk_create(
        [
            _stored(version_id, found, explained if found.needs_explanation else None)
            for version_id, each in findings.items()
            for found in each
            if found.severity in KEPT
        ],
        batch_size=5_000,
    )


def _stored(version_id: int, found: Finding, explained: Explanation | None) -> StoredFinding:
    return StoredFinding(
        report_version_id=version_id,
        rule_code=found.rule,
        rule_version=found.version,
        severity=found.severity,
        effect=found.effect,
        cell_keys=list(found.cell_keys),
        facts=found.facts,
        explanation=explained.text if explained else "",
        explained_at=explained.at if explained else None,
        explained_by_id=explained.by.id if explained else None,
        explained_by_name=explained.by.name if explained else "",
    )


@transaction.atomic
def keep_later_findings(
    found: Mapping[int, Sequence[Finding]], *, form_code: str, period: Period, basis: str, at: datetime
) -> int:
    """What the rules found at night in reports of these units, by their numbers: an empty list is nothing found.

    Nothing blocks: what would have is kept as asking to be looked at. What is found no more is marked as gone.
    Returns how many findings were not known before.
    """
    return later.keep(score_store.Key(form_code, period.key, basis), found, at=at)


@transaction.atomic
def explain(
    finding_id: int, *, text: str, by: Actor, at: datetime, report_version_id: int | None = None
) -> StoredFinding:
    """Say why figures that a rule doubts are right. The caller records it with the report."""
    queries.finding(finding_id, report_version_id)
    found = StoredFinding.objects.select_for_update().get(pk=finding_id)
    if found.severity != Severity.WARNING:
        raise NothingToExplain(found.rule_code)
    if not text.strip():
        raise ExplanationMissing(found.rule_code)
    found.explanation, found.explained_at = text.strip(), at
    found.explained_by_id, found.explained_by_name = by.id, by.name
    found.save(update_fields=["explanation", "explained_at", "explained_by_id", "explained_by_name"])
    return found


@dataclass(frozen=True, slots=True)
class ScoredReport:
    """One report to score: whose, how late, and what the caller knows of other parts (by ``Part``).

    A ``draft`` holds figures that the unit has not sent.
    """

    unit_id: int
    draft: bool = False
    days_late: int | None = None
    more: Mapping[str, Evidence] = field(default_factory=dict)


@transaction.atomic
def record_scores(
    checked: Checked,
    reports: Mapping[int, ScoredReport],
    *,
    form_code: str,
    period: Period,
    at: datetime,
    basis: str = "own",
) -> None:
    """Score reports by their number in the check. Evidence that others handed over before is kept."""
    key = score_store.Key(form_code, period.key, basis)
    standing = score_store.standing_parts(key, [each.unit_id for each in reports.values()])
    found = scoring.evidence_of(checked)
    mores = {id(each.more): each.more for each in reports.values()}  # most of a batch share theirs
    handed = {key: _checked(more) for key, more in mores.items()}
    rows = []
    for number, report in reports.items():
        evidence = scoring.from_json(standing.get(report.unit_id, {})) | found[number]
        if report.days_late is not None:
            evidence[Part.TIMELINESS.value] = Evidence(on_time(report.days_late))
        evidence |= handed[id(report.more)]
        rows.append((report.unit_id, report.draft, scoring.weighed(tuple(evidence.items()))))
    score_store.keep(key, rows, cells=len(checked.layout.cells), at=at)
    if sent := [each.unit_id for each in reports.values() if not each.draft]:
        score_store.drop_drafts(key, sent)


@transaction.atomic
def count_as_sent(unit_ids: Sequence[int], *, form_code: str, period: Period, basis: str = "own") -> None:
    """Drafts of these units were sent: their scores take the place of those of what was sent before."""
    score_store.turn_drafts_to_sent(score_store.Key(form_code, period.key, basis), unit_ids)


def drop_drafts(unit_ids: Sequence[int], *, form_code: str, period: Period, basis: str = "own") -> None:
    """Drafts of these units are given up."""
    score_store.drop_drafts(score_store.Key(form_code, period.key, basis), unit_ids)


@transaction.atomic
def hand_evidence(
    unit_id: int,
    form_code: str,
    period: Period,
    part: str,
    evidence: Evidence,
    *,
    at: datetime,
    basis: str = "own",
) -> None:
    """Take evidence for one part from another room (register, samples, use …) and score the report anew."""
    queries.score_of(unit_id, form_code, period.key, basis)
    hand_evidence_of_many({unit_id: {part: evidence}}, form_code=form_code, period=period, at=at, basis=basis)


@transaction.atomic
def hand_evidence_of_many(
    evidence: Mapping[int, Mapping[str, Evidence]],
    *,
    form_code: str,
    period: Period,
    at: datetime,
    basis: str = "own",
) -> None:
    """The same for reports of many units, and for several parts; what was never scored is left so."""
    scored: dict[int, list[tuple[int, bool, scoring.Weighed]]] = {}
    for standing in queries.scores_of(evidence, form_code, period.key, basis):
        known = scoring.from_json(standing.parts) | _checked(evidence[standing.unit_id])
        row = (standing.unit_id, standing.draft, scoring.weighed(tuple(known.items())))
        scored.setdefault(standing.expected_cells, []).append(row)
    for cells, rows in scored.items():
        score_store.keep(score_store.Key(form_code, period.key, basis), rows, cells=cells, at=at)


def _checked(handed: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Evidence as handed over, refused when it is no share or no part."""
    for part, evidence in handed.items():
        if str(part) not in PARTS or not (evidence.share is None or 0 <= evidence.share <= 1):
            raise NotAShare(str(part), evidence.share)
    return {str(part): evidence for part, evidence in handed.items()}
