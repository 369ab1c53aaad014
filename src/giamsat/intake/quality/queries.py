"""Reads of quality: the rules of a day, findings of a report, scores and what they are made of."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Left

from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.errors import Problem
from giamsat.foundation.units import queries as units
from giamsat.intake.quality import definition, naming, rules
from giamsat.intake.quality.acts import ACT_RULES, ActRule
from giamsat.intake.quality.choices import Band, Effect, ObjectionState, Score, Severity
from giamsat.intake.quality.definition import Rule, read_rule
from giamsat.intake.quality.errors import FindingNotFound, ObjectionNotFound, ScoreNotFound
from giamsat.intake.quality.findings import Finding
from giamsat.intake.quality.frames import (
    Children,
    PeerRates,
    increments,
    just_before,
    peer_rates,
    periods_needed,
    year_end,
)
from giamsat.intake.quality.identities import Identities, identities_in
from giamsat.intake.quality.looking import Looks, codes_beside, codes_named, looks
from giamsat.intake.quality.models import LaterFinding, Objection, ReportScore, RuleVersion, StoredFinding
from giamsat.intake.quality.on_sheet import checks_on_sheet
from giamsat.intake.quality.rules import BANDS, Evidence, band, index
from giamsat.intake.quality.scoring import from_json
from giamsat.intake.quality.use import WINDOW, Used, counted_since, used
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Form
    from giamsat.intake.sources.services import SheetCheck
    from giamsat.lib.formulas import Where

__all__ = [
    "ACT_RULES",
    "BANDS",
    "WINDOW",
    "ActRule",
    "Band",
    "Children",
    "Evidence",
    "Finding",
    "Identities",
    "Looks",
    "PeerRates",
    "RolledUp",
    "Rule",
    "Used",
    "band",
    "codes_beside",
    "codes_named",
    "corrected",
    "counted_since",
    "failed_of",
    "finding",
    "findings_of",
    "findings_of_many",
    "identities",
    "increments",
    "just_before",
    "labels",
    "later_findings",
    "later_findings_of",
    "looks",
    "objection_in",
    "objections_in",
    "objections_to",
    "objections_to_answer",
    "parts_of",
    "peer_rates",
    "periods_needed",
    "problems_of",
    "published_rules",
    "read_rule",
    "rolled_up",
    "rolled_up_under",
    "rules_asked",
    "rules_on",
    "rules_that_hide",
    "score_of",
    "scores_at_hand",
    "scores_by_child",
    "scores_by_form",
    "scores_by_period",
    "scores_for",
    "scores_of",
    "scores_of_place",
    "sheet_checks",
    "unexplained",
    "use_target",
    "used",
    "year_end",
]
FIELDS = tuple(str(name) for name in Score.values)


@dataclass(frozen=True, slots=True)
class RolledUp:
    """The four scores over many reports, weighted by their number of expected cells.

    ``assessed``: by score, how much of its weight of 100 somebody has looked at, in the mean of these reports.
    """

    correct: Decimal | None
    complete: Decimal | None
    clean: Decimal | None
    live: Decimal | None
    reports: int
    assessed: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def index(self) -> Decimal | None:
        """The single figure, never anything but the geometric mean of the four."""
        return index((self.correct, self.complete, self.clean, self.live))


def published_rules() -> list[RuleVersion]:
    """Every published version of every rule, by code and version."""
    return catalogue.kept(RuleVersion, "code", "version")


def rules_on(day: date | None = None) -> tuple[Rule, ...]:
    """The newest version of each rule that is valid on that day and does not end it; without a day, of all."""
    return _newest(published_rules(), day)


def problems_of(content: Any) -> list[Problem]:
    """Everything that keeps a definition from being a rule here: its form, its expressions, names nobody knows."""
    return definition.problems_of(content) or naming.unknown_names(content)


def rules_asked(period: Period, basis: str, stage: str) -> tuple[Rule, ...]:
    """The rules put to reports of a period and basis at one stage."""
    return tuple(each for each in rules_on(period.ends_on) if each.asked_of(basis, period.kind, stage))


def _newest(rows: list[RuleVersion], day: date | None = None) -> tuple[Rule, ...]:
    newest: dict[str, RuleVersion] = {}
    for row in rows:
        if day is None or row.valid_from <= day:
            newest[row.code] = row
    return tuple(row.rule for row in newest.values() if day is None or not row.ends)


def sheet_checks(
    form: "Form", period: "Period", *, basis: str, now: "Where", before: "Where | None"
) -> "list[SheetCheck]":
    """The rules of a form for a workbook that is filled in away from here, those that can be written as formulas.

    ``now`` and ``before`` say where a cell, by its ordinal, and its figure of the period before in the same year stand;
    ``before`` is None where that period is not in the workbook.
    """
    return checks_on_sheet(
        form.cells, rules_on(period.ends_on), period_kind=period.kind, basis=basis, now=now, before=before
    )


def identities() -> Identities:
    """Which figures of a report make up which others, by every version of every rule.

    They add up all the same when a rule is no longer asked, or asked otherwise.
    """
    return catalogue.kept_as(_identities, RuleVersion, "code", "version")


def _identities(rows: list[RuleVersion]) -> Identities:
    return identities_in(row.rule for row in rows)


def rules_that_hide() -> frozenset[str]:
    """Rules whose findings mark cells as hidden from outsiders; one that ended leaves its findings behind."""
    return frozenset(row.code for row in published_rules() if row.rule.effect == Effect.SUPPRESS)


def labels() -> Callable[[str, str], str]:
    """Names cells by their keys; the catalogue is read once, at the first question."""
    names: dict[tuple[str, str], str] = {}
    indicators: dict[str, Any] = {}
    breakdowns: dict[str, Any] = {}

    def label(key: str, language: str) -> str:
        if not indicators:
            indicators.update(catalogue.indicators())
            breakdowns.update(catalogue.breakdowns())
        if (key, language) not in names:
            code, breakdown = catalogue.split_cell_key(key)
            words = [indicators[code].name(language) if code in indicators else code]
            if breakdown:
                words.append(breakdowns[breakdown].name(language) if breakdown in breakdowns else breakdown)
            names[key, language] = " · ".join(words)
        return names[key, language]

    return label


def findings_of(report_version_id: int) -> QuerySet[StoredFinding]:
    """What the rules found in one version of a report: what blocks first, then by rule."""
    return StoredFinding.objects.filter(report_version_id=report_version_id)


def findings_of_many(report_version_ids: list[int]) -> QuerySet[StoredFinding]:
    """The same for many versions."""
    return StoredFinding.objects.filter(report_version_id__in=report_version_ids)


def later_findings(unit_ids: Iterable[int]) -> QuerySet[LaterFinding]:
    """What was found at night about these units and stands; asked to be looked at first, newest period first."""
    return LaterFinding.objects.filter(unit__in=list(unit_ids), gone_at=None).select_related("unit")


def later_findings_of(unit_id: int, form_code: str, period_key: str, basis: str) -> QuerySet[LaterFinding]:
    """The same of one report."""
    return later_findings([unit_id]).filter(form_code=form_code, period_key=period_key, basis=basis)


def unexplained(*report_version_ids: int) -> QuerySet[StoredFinding]:
    """Findings of these versions that ask for an explanation and have none."""
    found = findings_of_many(list(report_version_ids))
    return found.filter(severity=Severity.WARNING, explained_at=None)


def finding(finding_id: int, report_version_id: int | None = None) -> StoredFinding:
    """One finding; with a report version, only if it belongs to it."""
    found = StoredFinding.objects.filter(pk=finding_id)
    if report_version_id is not None:
        found = found.filter(report_version_id=report_version_id)
    try:
        return found.get()
    except StoredFinding.DoesNotExist:
        raise FindingNotFound(finding_id) from None


def scores_for(viewer: "Account", at: datetime) -> QuerySet[ReportScore]:
    """Scores of single reports that the viewer may open, as they were sent. Roll-ups are for everyone signed in."""
    return _sent().filter(unit__in=access.units_visible_to(viewer, at)).select_related("unit")


def scores_at_hand(unit: "Unit", period_key: str) -> QuerySet[ReportScore]:
    """The scores of a unit's reports by form and basis, of drafts too: for whoever makes them."""
    scored = ReportScore.objects.filter(unit=unit, period_key=period_key)
    return scored.order_by("form_code", "basis", "-draft").distinct("form_code", "basis")


def score_of(unit_id: int, form_code: str, period_key: str, basis: str = "own") -> ReportScore:
    """The score of one report as it is at hand: of its draft, else of what was sent."""
    found = scores_of([unit_id], form_code, period_key, basis).order_by("draft").last()
    if found is None:
        raise ScoreNotFound(unit_id, form_code, period_key)
    return found


def scores_of(
    unit_ids: Iterable[int], form_code: str, period_key: str, basis: str = "own"
) -> QuerySet[ReportScore]:
    """The scores of one form of some units, of those that have one; a draft's after what was sent."""
    found = ReportScore.objects.filter(form_code=form_code, period_key=period_key, basis=basis)
    return found.filter(unit_id__in=list(unit_ids)).order_by("unit_id", "draft")


def parts_of(report_score: ReportScore, name: str) -> dict[str, tuple[int, Evidence]]:
    """A score opened: each part with its weight and evidence; ``share`` None is "not assessed"."""
    known = from_json(report_score.parts)
    return {
        str(part): (weight, known.get(part, rules.NOBODY_LOOKED))
        for part, weight in rules.WEIGHTS[name].items()
    }


def use_target() -> int:
    """How many uses in 30 days count as full use."""
    return settings.USE_TARGET


def objections_in(scope: "access.Scope") -> QuerySet[Objection]:
    """Objections of this person's own unit and of those directly below it; nobody else knows of them."""
    return (
        Objection.objects.filter(unit__in=scope.small_cell_unit_ids).select_related("unit").defer("content")
    )


def corrected(
    unit_ids: Collection[int], form_code: str, period_key: str, basis: str, *, part: str
) -> frozenset[int]:
    """Of these units, those for whose report the level above corrected this part after an objection."""
    found = Objection.objects.filter(
        unit__in=unit_ids, form_code=form_code, period_key=period_key, basis=basis, part=part,
        state=ObjectionState.CORRECTED,
    )  # fmt: skip
    return frozenset(found.order_by().values_list("unit_id", flat=True))


def objections_to_answer(scope: "access.Scope") -> int:
    """How many wait for an answer of this person's unit: not those of its own, or of what went on in it."""
    below = units.all_units().filter(scope.directly_below()).order_by()
    return objections_in(scope).filter(state=ObjectionState.OPEN, unit__in=below.values("pk")).count()


def objection_in(scope: "access.Scope", number: int) -> Objection:
    """One of them, or a refusal as if there were none."""
    found = objections_in(scope).filter(pk=number).first()
    if found is None:
        raise ObjectionNotFound(number)
    return found


def objections_to(score: ReportScore, scope: "access.Scope") -> dict[str, Objection]:
    """By part, the newest objection to a report's score that this person may know of."""
    found = objections_in(scope).filter(
        unit=score.unit_id, form_code=score.form_code, period_key=score.period_key, basis=score.basis
    )
    return {each.part: each for each in found.order_by("raised_at", "pk")}


def failed_of(report_score: ReportScore, name: str) -> list[str]:
    """Keys of the cells, or names of the units, that keep a score from being full."""
    opened = parts_of(report_score, name).values()
    return list(dict.fromkeys(key for _, evidence in opened for key in evidence.failed))


def rolled_up(within: QuerySet[ReportScore]) -> RolledUp:
    """The weighted mean of whatever scores are asked for: a unit's, a form's, a region's, the nation's."""
    return _rolled(within.aggregate(**_sums()))


def rolled_up_under(unit: "Unit", period_key: str) -> RolledUp:
    """The scores of what was sent by a unit and everything below it in a period."""
    return rolled_up(_sent().filter(period_key=period_key, unit__path__startswith=unit.path))


def scores_by_form(unit: "Unit", period_key: str) -> dict[str, RolledUp]:
    """A unit's own scores of what it sent in a period, form by form."""
    scored = _sent().filter(unit=unit, period_key=period_key)
    return {
        row["form_code"]: _rolled(row)
        for row in scored.values("form_code").annotate(**_sums()).order_by("form_code")
    }


def scores_by_period(
    unit: "Unit", period_keys: Iterable[str], *, level: int | None = None
) -> dict[str, RolledUp]:
    """The scores of what was sent by a unit and everything below it, of units of one level or all, period by period."""
    scored = _sent().filter(period_key__in=list(period_keys), unit__path__startswith=unit.path)
    if level is not None:
        scored = scored.filter(unit__level=level)
    rows = scored.values("period_key").annotate(**_sums()).order_by("period_key")
    return {row["period_key"]: _rolled(row) for row in rows}


def scores_by_child(unit: "Unit", period_key: str) -> dict[str, RolledUp]:
    """For each unit directly below, by its path in the tree: the scores of it and all below it."""
    return scores_of_place(unit, period_key)[1]


def scores_of_place(unit: "Unit", period_key: str) -> tuple[RolledUp, dict[str, RolledUp]]:
    """A unit with everything below it, and each unit directly below by its path, by one question."""
    depth = len(unit.path) + unit.steplen
    scored = _sent().filter(period_key=period_key, unit__path__startswith=unit.path)
    rows = list(
        scored.annotate(child=Left("unit__path", depth)).values("child").annotate(**_sums()).order_by("child")
    )
    below = {row["child"]: _rolled(row) for row in rows if len(row["child"]) == depth}
    return _rolled(_added(rows)), below


def _sent() -> QuerySet[ReportScore]:
    """Drafts are their makers' alone: nothing that others read rests on them."""
    return ReportScore.objects.filter(draft=False)


def _added(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Weighted sums of several parts as those of the whole."""
    return {name: sum(row[name] for row in rows if row[name] is not None) for name in _sums()}


def _sums() -> dict[str, Any]:
    """Weighted sums and weights of the four, leaving out reports where a score is not assessed."""
    sums: dict[str, Any] = {"reports": Count("pk")}
    for name in FIELDS:
        known = Q(**{f"{name}_score__isnull": False})
        sums[f"sum_{name}"] = Sum(F(f"{name}_score") * F("expected_cells"), filter=known)
        sums[f"assessed_{name}"] = Sum(F(f"{name}_assessed") * F("expected_cells"), filter=known)
        sums[f"weight_{name}"] = Sum("expected_cells", filter=known)
    return sums


def _rolled(row: Mapping[str, Any]) -> RolledUp:
    weights = {name: row[f"weight_{name}"] for name in FIELDS if row[f"weight_{name}"]}
    means = {name: rules.mean_of_sum(row[f"sum_{name}"], weight) for name, weight in weights.items()}
    assessed = {name: rules.mean_of_sum(row[f"assessed_{name}"], weight) for name, weight in weights.items()}
    return RolledUp(**dict.fromkeys(FIELDS) | means, reports=row["reports"], assessed=assessed)
