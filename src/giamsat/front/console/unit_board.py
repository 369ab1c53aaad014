"""What a unit's page and the list of units show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import quantiles
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from giamsat.analysis.early_warning import queries as early_warning
from giamsat.foundation.access import queries as access
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import Topic
from giamsat.front.console import arrivals, attention, figures, map_notes, scores, screens, sheet
from giamsat.front.console.addresses import unit_address
from giamsat.front.console.choice import Choice
from giamsat.front.console.spoilers import spoilers
from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import IN_FORCE
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.periods import Period

HISTORY_PERIODS = 12
MOST_FAILED = 12
FEWEST_POINTS = 3
FEWEST_PEERS = 8


@dataclass(frozen=True)
class UnitRow:
    """One line of the list."""

    standing: arrivals.Standing
    href: str
    kind: str
    reported: int
    expected: int
    scores: list[scores.ScoreShown]
    warnings: int
    days_late: int

    @property
    def unit(self) -> Any:
        return self.standing.unit

    @property
    def state_word(self) -> str:
        return str(arrivals.WORDS[self.standing.state])


@dataclass(frozen=True)
class ReportLine:
    """One report the unit owes for the period."""

    form_code: str
    form: Any
    basis: str
    due_on: date
    status: str
    days_late: int
    href: str
    chosen: bool
    late_until: date | None = None


@dataclass(frozen=True)
class ScoreLine:
    """The four scores of one report, and the cells that keep them down."""

    form_code: str
    basis: str
    scores: list[scores.ScoreShown]
    failed: list[tuple[str, list[Any]]]
    href: str

    @property
    def name(self) -> str:
        """The form; a sum of the units below has its sign, for the unit's own report stands beside it."""
        if self.basis != Basis.CONSOLIDATED:
            return self.form_code
        return f"{self.form_code} Σ"


@dataclass(frozen=True)
class UnitPage:
    facts: list[tuple[str, str]]
    keys: list[figures.KeyFigure]
    state: figures.StateShown
    reports: list[ReportLine]
    form: Any | None
    sections: list[sheet.SheetSection]
    previous: Period
    last_year: Period
    last_year_from: date | None
    history: dict[str, Any] | None
    score_lines: list[ScoreLine]
    quality: scores.Quality
    open_warnings: int
    warnings: list[attention.WarningLine]
    below: list[UnitRow]

    @property
    def has_papers(self) -> bool:
        """Whether there is a report of the period that this person may read."""
        return any(line.href for line in self.reports)


def rows(viewer: Viewer, choice: Choice) -> list[UnitRow]:
    """Units directly below a place that the viewer may see by name; as many questions for one as for all."""
    place, period = choice.place, choice.period
    seen = [unit for unit in units.children(place, choice.cut_off_on) if viewer.may("report.read", unit)]
    if not seen:
        return []
    found = arrivals.standings(
        place, period, seen=seen, below=_counts(place, seen, period), today=viewer.today
    )
    by_path = quality.scores_by_child(place, period.key)
    warnings = _open_warnings_by_path(viewer, place, len(seen[0].path))
    words = units.words(Topic.KIND)
    return [
        UnitRow(
            standing=each,
            href=unit_address(each.unit, period),
            kind=words[each.unit.kind].name(viewer.language) if each.unit.kind in words else "",
            reported=(each.below or (len(each.duties) - len(each.missing), 0))[0],
            expected=(each.below or (0, len(each.duties)))[1],
            scores=scores.shown(by_path.get(each.unit.path), viewer.language),
            warnings=warnings.get(each.unit.path, 0),
            days_late=max(0, (viewer.today - each.missing[0].due_on).days) if each.missing else 0,
        )
        for each in found
    ]


def assemble(viewer: Viewer, choice: Choice, form_code: str, *, detail: bool) -> UnitPage:
    """The whole page of one unit."""
    unit, period = choice.place, choice.period
    below = arrivals.units_of(unit, period)
    known = figures.key_figures(viewer, unit, period, below)
    reports = _reports(viewer, unit, period, form_code) if detail else []
    report = next((line for line in reports if line.chosen), None)
    form, sections = _sheet(viewer, unit, period, report) if report else (None, [])
    count, warnings = attention.open_warnings(viewer, unit)
    return UnitPage(
        facts=_facts(viewer, unit),
        keys=known.cards,
        state=figures.state_shown(known.whole.state if known.whole else None),
        reports=reports,
        form=form,
        sections=sections,
        previous=observations.period_before(period),
        last_year=period.same_last_year(),
        last_year_from=figures.own_counted_from(unit, period.same_last_year()),
        history=_history(viewer, unit, period) if detail else None,
        score_lines=_score_lines(viewer, unit, period) if detail else [],
        quality=scores.quality_of(viewer, unit, period),
        open_warnings=count,
        warnings=warnings,
        below=rows(viewer, choice) if below else [],
    )


def _counts(place: Any, seen: Sequence[Any], period: Period) -> dict[int, tuple[int, int]]:
    if not place.is_centre:
        return {}
    code = screens.keys(period)[0].indicator
    found = figures.rows_below(place, seen, [code], [period])
    return {row.unit_id: (row.reported, row.expected) for row in found if row.unit_id is not None}


def _open_warnings_by_path(viewer: Viewer, place: Any, length: int) -> dict[str, int]:
    undecided = early_warning.undecided(early_warning.warnings_in(viewer.scope)).filter(
        unit__path__startswith=place.path
    )
    counts: dict[str, int] = {}
    for path, n in undecided.order_by().values_list("unit__path").annotate(n=Count("pk")):
        counts[path[:length]] = counts.get(path[:length], 0) + n
    return counts


def _facts(viewer: Viewer, unit: Any) -> list[tuple[str, str]]:
    """What the unit is, and what it was."""
    lang = viewer.language
    members = viewer.lens.show(unit.members, unit_id=unit.pk, counts_persons=True)
    kinds, regions = units.words(Topic.KIND), units.words(Topic.REGION)
    before = ", ".join(each.name(lang) for each in units.predecessors(unit))
    after = ", ".join(each.name(lang) for each in units.successors(unit))
    facts = [
        (_("Code"), unit.code),
        (_("Kind"), kinds[unit.kind].name(lang) if unit.kind in kinds else ""),
        (_("Region"), regions[unit.region].name(lang) if unit.region in regions else ""),
        (_("Who inspects"), unit.get_commission_kind_display()),
        (
            capfirst(screens.word("members", lang)),
            figures.figure_text(members, lang) if unit.members else "",
        ),
        (_("Since"), f"{unit.valid_from:%d/%m/%Y}"),
        (_("Until"), f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else ""),
        (_("Came from"), before),
        (_("Went into"), after),
    ]
    return [(name, value) for name, value in facts if value]


def _reports(viewer: Viewer, unit: Any, period: Period, form_code: str) -> list[ReportLine]:
    known = observations.reports_of([unit.pk], [period.key]).select_related("unit")
    filed = {(each.form_code, str(each.basis)): each for each in known}
    opened = {
        (each.form_code, str(each.basis)): each.until
        for each in observations.openings_that_hold([unit.pk], on=viewer.today)
        if each.period_key == period.key
    }
    lines = []
    for duty in sources.obligations_of(unit, period):
        report = filed.get((duty.form_code, str(duty.basis)))
        due_on = sources.due_on(duty, period)
        is_in = report is not None and report.status in arrivals.RECEIVED
        late = 0 if is_in else max(0, (viewer.today - due_on).days)
        lines.append(
            ReportLine(
                form_code=duty.form_code,
                form=sources.form_for(duty.form_code, period),
                basis=str(duty.basis),
                due_on=due_on,
                status=str(report.status) if report else "",
                days_late=late,
                href=_report_address(viewer, report),
                chosen=False,
                late_until=opened.get((duty.form_code, str(duty.basis))),
            )
        )
    chosen = _chosen(lines, form_code)
    return [replace(line, chosen=line is chosen) for line in lines]


def _chosen(lines: Sequence[ReportLine], form_code: str) -> ReportLine | None:
    """The form asked for, else the first whose figures are in force, else the first that has been filed."""
    asked = [line for line in lines if f"{line.form_code}.{line.basis}" == form_code]
    in_force = [line for line in lines if line.status in IN_FORCE]
    filed = [line for line in lines if line.status]
    return next(iter([*asked, *in_force, *filed]), None)


def _report_address(viewer: Viewer, report: Any) -> str:
    if report is None or not observations.is_readable(viewer.scope, report):
        return ""
    return reverse("console:report", args=[report.pk])


def _sheet(
    viewer: Viewer, unit: Any, period: Period, line: ReportLine
) -> tuple[Any, list[sheet.SheetSection]]:
    """Figures in force of one form, beside the period before and the same one last year."""
    report = observations.report_of(unit, line.form_code, period.key, line.basis)
    if report is None or report.in_force is None:
        return line.form, []
    compared = observations.comparison(report, report.in_force, to=viewer.scope)
    form = observations.form_of(report.in_force)
    filling = sheet.Filling(
        values=report.in_force.values,
        previous={row.key: row.previous for row in compared.rows},
        last_year={row.key: row.last_year for row in compared.rows},
        last_year_from=figures.own_counted_from(unit, compared.last_year_period),
    )
    hide = sheet.hide_through(viewer.lens, unit.pk, report.in_force.pk, compared)
    return form, sheet.lay_out(form, filling, language=viewer.language, hide=hide)


def _history(viewer: Viewer, unit: Any, period: Period) -> dict[str, Any] | None:
    """The first key figure over the past periods of its kind, with the unnamed middle half of its peers."""
    key = screens.keys(period)[0]
    indicator = figures.catalogue.indicator(key.indicator)
    past = [*reversed(period.earlier_same_kind(HISTORY_PERIODS - 1)), period]
    told = figures.series_of(viewer, unit, key.indicator, past)
    known = [place for place, value in enumerate(told.values) if value is not None]
    if len(known) < FEWEST_POINTS:
        return None
    past, values = past[known[0] :], told.values[known[0] :]
    drawn = {
        "x": [each.label(viewer.language) for each in past],
        "series": [{"name": _("this unit"), "kind": "main", "values": values}],
        "unit": indicator.unit_name(viewer.language),
        "caption": f"{key.name(viewer.language)} · {unit.name(viewer.language)}",
        "note": " · ".join(filter(None, (told.note, _whose(unit, past)))),
    }
    band = _peers(unit, key.indicator, past)
    return {**drawn, "band": band} if band else drawn


def _whose(unit: Any, past: Sequence[Period]) -> str:
    """A line that begins before the unit did says whose its first figures are."""
    return map_notes.whose(past[0]) if units.predecessors(unit) else ""


def _peers(unit: Any, code: str, past: Sequence[Period]) -> dict[str, Any] | None:
    """Where the middle half of the units of the same kind lies; unnamed, and only of enough of them.

    What outsiders are not shown of a peer counts as the middle of what it may be, for everybody alike.
    """
    above = units.direct_superior(unit)
    if above is None:
        return None
    peers = [
        each
        for each in units.children(above, max(past[-1].ends_on, unit.valid_from))
        if each.kind == unit.kind
    ]
    by_period: dict[str, list[float]] = {}
    for row in figures.rows_below(above, peers, [code], past):
        if row.value is not None and row.complete:
            told = access.HIDDEN_PEER if row.veiled else row.outside
            by_period.setdefault(row.period_key, []).append(float(told))
    quarters = [_quarters(by_period.get(each.key, [])) for each in past]
    if not any(quarters):
        return None
    return {
        "name": _("middle half of its peers"),
        "low": [pair[0] if pair else None for pair in quarters],
        "high": [pair[1] if pair else None for pair in quarters],
    }


def _quarters(values: Sequence[float]) -> tuple[float, float] | None:
    if len(values) < FEWEST_PEERS:
        return None
    low, _middle, high = quantiles(values, n=4, method="inclusive")
    return low, high


def _score_lines(viewer: Viewer, unit: Any, period: Period) -> list[ScoreLine]:
    """Each report's four scores, and for each below full the cells that fail; a draft's are its makers' alone."""
    label = quality.labels()
    lines = []
    if observations.makes_reports(viewer.scope, unit):
        scored = quality.scores_at_hand(unit, period.key)
    else:
        scored = quality.scores_for(viewer.account, viewer.at).filter(unit=unit, period_key=period.key)
    for each in scored:
        shown = scores.shown_of_report(each, viewer.language)
        failed = [(score.name, _failed(viewer, each, score.code, label)) for score in shown]
        lines.append(ScoreLine(each.form_code, each.basis, shown, [pair for pair in failed if pair[1]], ""))
    return lines


def _failed(viewer: Viewer, scored: Any, name: str, label: Callable[[str, str], str]) -> list[Any]:
    keys = quality.failed_of(scored, name)[:MOST_FAILED]
    refused = spoilers(viewer, keys)
    return [refused.get(key) or label(key, viewer.language) for key in keys]
