"""What the page of a sum shows one person: the form with own figures and those below apart, and who gives what."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from giamsat.foundation.access.choices import Action
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units.choices import POINT_LEVEL
from giamsat.front.console.choice import one_of
from giamsat.front.console.errors import NothingToConsolidate
from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import WRITABLE, Standing
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

MOST_PERIODS = 12
NEAR = timedelta(days=10)
# Who waits longest is read first.
ORDER = (Standing.MISSING, Standing.RETURNED, Standing.AWAITING, Standing.IN_FORCE)
NEEDED = (Action.REPORT_COMPILE, Action.REPORT_SUBMIT, Action.REPORT_ACCEPT)


@dataclass(frozen=True)
class Asked:
    """Which sum is looked at; ``cell`` is the one that is opened to its parts, if any."""

    unit: Any
    period: Period
    form_code: str
    cell: str
    periods: Sequence[Period]
    form_codes: Sequence[str]

    @property
    def query(self) -> str:
        return f"period={self.period.key}&form={self.form_code}"


@dataclass(frozen=True, slots=True)
class SumCell:
    """One cell of the sum.

    ``guessed``: estimates, which stand apart; ``declared``: the sum of a report that declares them; ``said``: what the
    report that was made says, and ``apart`` how much more that is.
    """

    key: str
    column: Mapping[str, str]
    own: Decimal | None
    below: Decimal | None
    total: Decimal | None
    guessed: Decimal | None
    declared: Decimal | None
    said: Decimal | None
    apart: Decimal | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class SumRow:
    code: str
    name: str
    unit: str
    cells: list[SumCell]


@dataclass(frozen=True, slots=True)
class SumSection:
    title: Mapping[str, str]
    columns: Sequence[Mapping[str, Any]]
    rows: list[SumRow]


@dataclass(frozen=True, slots=True)
class PartRow:
    """One unit below. ``given`` is what it adds to the chosen cell."""

    unit: Any
    form_code: str
    standing: Standing
    being_corrected: bool
    changed: bool
    days_late: int
    submitted_at: Any
    report_id: int | None
    given: Decimal | None
    taken_back: bool
    late_url: str
    estimate: Any = None
    estimated: Decimal | None = None  # in the chosen cell
    estimate_url: str = ""


def is_offered(scope: Any) -> bool:
    """Whether this person's own unit adds up the reports of others and they have a part in that; asks nothing."""
    own = scope.own
    if own is None or own.level > POINT_LEVEL:
        return False
    return any(scope.may_anywhere(action) for action in NEEDED)


def asked_of(viewer: Viewer, asked: Mapping[str, str]) -> Asked:
    """The sum asked for, of the viewer's own unit; where none is, the newest period and its first form."""
    unit = viewer.scope.own
    if unit is None or not is_offered(viewer.scope) or not viewer.lens.sees_small(unit.pk):
        raise NothingToConsolidate
    codes = {period: _form_codes(unit, period) for period in _periods(viewer)}
    periods = [period for period, there in codes.items() if there][:MOST_PERIODS]
    if not periods:
        raise NothingToConsolidate
    key = one_of(asked.get("period", ""), [each.key for each in periods], _("periods"))
    period = Period.parse(key) if key else periods[0]
    form_code = one_of(asked.get("form", ""), codes[period], _("reporting forms")) or codes[period][0]
    cells = sources.form_for(form_code, period).cell_by_key
    cell = one_of(asked.get("cell", ""), cells, _("cells"))
    return Asked(unit, period, form_code, cell, periods, codes[period])


def context_of(viewer: Viewer, asked: Asked) -> dict[str, Any]:
    """Everything on the page."""
    parts = observations.parts_of(asked.unit, asked.form_code, asked.period)
    barred = [each.unit for each in parts.children if viewer.scope.has_conflict_with(each.unit)]
    opens = not barred and all(viewer.lens.sees_small(each.unit.pk) for each in parts.children)
    cell = parts.form.cell_by_key[asked.cell] if asked.cell and opens else None
    may_make = _may_make(viewer, parts) and not barred
    rows = _rows(viewer, parts, cell, estimating=opens)
    return {
        "asked": asked,
        "unit": asked.unit,
        "form": parts.form,
        "period": asked.period,
        "parts": parts,
        "barred": barred,
        "opens": opens,
        "cell": cell,
        "cell_label": quality.labels()(cell.key, viewer.language) if cell else "",
        "sheet": [] if barred else _sheet(viewer, parts, asked.cell if opens else ""),
        "rows": rows,
        "own": _row(viewer, parts, parts.own, None) if parts.own else None,
        "own_given": parts.own_figures.value(0, cell.ordinal) if cell and parts.own else None,
        "missing": [row for row in rows if row.standing != Standing.IN_FORCE],
        "counts": [(each, sum(row.standing == each for row in rows)) for each in ORDER],
        "signed": parts.signed if parts.signed and parts.signed.current_id else None,
        "differs": len(parts.differences),
        "changed_units": [each.unit for each in parts.changed_since],
        "may_make": may_make,
        "may_estimate": may_make and opens,
        "estimated": len(parts.estimated),
        "left_out": len(parts.left_out),
        "declaration": declaration_of(viewer, parts.signed),
        "seen": parts.signed.current.number if parts.signed and parts.signed.current else 0,
        "today": viewer.today,
    }


def _periods(viewer: Viewer) -> list[Period]:
    """Cut off by now or soon, the newest first."""
    near = sources.reporting_periods(kinds=CUMULATIVE_KINDS).filter(cut_off_on__lte=viewer.today + NEAR)
    return [row.period for row in near]


def _form_codes(unit: Any, period: Period) -> list[str]:
    """The forms on which a unit signs a sum; the Centre reads every sum that is signed."""
    if not unit.exists_on(sources.cut_off_on(period)):
        return []
    owed = sources.obligations(period) if unit.is_centre else sources.obligations_of(unit, period)
    return sorted({each.form_code for each in owed if each.basis == Basis.CONSOLIDATED})


def _sheet(viewer: Viewer, parts: observations.Parts, chosen: str) -> list[SumSection]:
    known = catalogue.indicators()
    cells = iter(parts.form.cells)
    sections = []
    for layout in parts.form.layout["sections"]:
        rows = []
        for row in layout["rows"]:
            indicator = known[row["indicator"]]
            in_row = [_cell(parts, next(cells), column, chosen) for column in layout["columns"]]
            unit_name = indicator.unit_name(viewer.language)
            rows.append(SumRow(indicator.code, indicator.name(viewer.language), unit_name, in_row))
        sections.append(SumSection(layout["title"], layout["columns"], rows))
    return sections


def _cell(parts: observations.Parts, cell: Any, column: Mapping[str, Any], chosen: str) -> SumCell:
    said = parts.said.get(cell.key)
    return SumCell(
        key=cell.key,
        column=column["name"],
        own=parts.own_figures.value(0, cell.ordinal) if parts.own else None,
        below=parts.below[cell.ordinal],
        total=parts.total[cell.ordinal],
        guessed=parts.guessed[cell.ordinal],
        declared=parts.declared[cell.ordinal],
        said=None if said is None else round(said, cell.decimals),
        apart=parts.differences.get(cell.key),
        chosen=cell.key == chosen,
    )


def _rows(viewer: Viewer, parts: observations.Parts, cell: Any, *, estimating: bool) -> list[PartRow]:
    doubted = observations.withdrawn([each.report.pk for each in parts.children if each.report])
    given = parts.given(cell) if cell else [None] * len(parts.children)
    pairs = zip(parts.children, given, strict=True)
    rows = [_row(viewer, parts, part, value, doubted) for part, value in pairs]
    if estimating:
        rows = [_with_estimate(parts, row, cell) for row in rows]
    return sorted(rows, key=lambda row: (ORDER.index(row.standing), -row.days_late))


def _row(
    viewer: Viewer,
    parts: observations.Parts,
    part: observations.Part,
    given: Decimal | None,
    doubted: Container[int] = (),
) -> PartRow:
    report = part.report
    readable = report is not None and part.was_sent and viewer.may(Action.REPORT_READ, part.unit)
    return PartRow(
        unit=part.unit,
        form_code=part.form_code,
        standing=part.standing,
        being_corrected=part.being_corrected,
        changed=part in parts.changed_since,
        days_late=part.days_late(viewer.today),
        submitted_at=report.submitted_at if report and part.was_sent else None,
        report_id=report.pk if report and readable else None,
        given=given,
        taken_back=report is not None and report.pk in doubted,
        late_url=_late_url(viewer, parts, part),
    )


def _with_estimate(parts: observations.Parts, row: PartRow, cell: Any) -> PartRow:
    """The same with what stands in the place of a missing report, and where that is set."""
    if row.standing == Standing.IN_FORCE:
        return row
    standing = parts.estimated.get(row.unit.pk)
    asked = {"period": parts.period.key, "form": parts.form.code, "unit": row.unit.code}
    return replace(
        row,
        estimate=standing,
        estimated=standing.values_by_key.get(cell.key) if standing and cell else None,
        estimate_url=f"{reverse('console:consolidate_estimate')}?{urlencode(asked)}",
    )


def declaration_of(viewer: Viewer, report: Any, version: Any = None) -> dict[str, Any] | None:
    """What a consolidated version declares of estimates; why is told to those who see its unit's small cells."""
    version = version or (report.current if report else None)
    found = observations.declarations([version.pk]).get(version.pk) if version else None
    if found is None:
        return None
    return {
        "expected": found.expected,
        "reported": found.reported,
        "estimates": list(found.estimates.all()),
        "with_reason": viewer.lens.sees_small(report.unit_id),
    }


def _late_url(viewer: Viewer, parts: observations.Parts, part: observations.Part) -> str:
    """Where this person opens the report late, if its period is over and they decide about its unit."""
    if not parts.is_over or not observations.decides(viewer.scope, part.unit):
        return ""
    return reverse(
        "console:late_opening", args=[part.unit.code, part.form_code, parts.period.key, part.basis]
    )


def _may_make(viewer: Viewer, parts: observations.Parts) -> bool:
    if not parts.is_signed or not viewer.may(Action.REPORT_COMPILE, parts.unit):
        return False
    return not parts.is_over and (parts.signed is None or parts.signed.status in WRITABLE)
