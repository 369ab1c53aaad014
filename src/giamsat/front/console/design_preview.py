"""What a draft will be to others: the form as units fill it in, its cells beside those before, the due days to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from giamsat.foundation.units import queries as units
from giamsat.front.console.design import writer_of
from giamsat.front.console.errors import NothingToShow
from giamsat.front.console.exports import XLSX, download
from giamsat.front.console.sheet import Filling, lay_out
from giamsat.front.console.viewer import Viewer
from giamsat.intake.designs import queries as designs
from giamsat.intake.designs.choices import Kind
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.intake.sources.choices import Basis
from giamsat.lib.periods import CUMULATIVE_KINDS, Period


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of a form beside those of the version before; a series goes on by its key, wherever its cell stands."""

    added: Sequence[str]
    removed: Sequence[str]
    moved: Sequence[str]
    kept: int


@dataclass(frozen=True, slots=True)
class DueRow:
    """By when units owe a period, in days as the draft has them and as the calendar before had."""

    period: Period
    working_days: int
    cut_off: date
    due_on: date
    due_before: date | None


@login_required
@require_safe
def design_template(request: HttpRequest, number: int) -> HttpResponse:
    """The Excel form as units will get it, of the first unit and period that it is for. It cannot be sent in."""
    viewer = writer_of(request)
    draft = designs.draft(number)
    if draft.kind != Kind.FORM or designs.problems(draft):
        raise NothingToShow
    form = sources.form_of(draft.content, at=viewer.at)
    period = _first_period(form)
    unit = units.units_on(viewer.today).filter(level__in=form.levels, withheld=False).first()
    day = sources.cut_off(period, sources.calendar_for(period.ends_on).cut_offs)
    content = sources_services.template_workbook(
        form,
        unit or units.centre(),
        period,
        basis=form.bases[0],
        cut_off=f"{day:%d/%m/%Y}" if day else "",
        language=viewer.language,
    )
    return download(content, f"{form.code}_v{form.version}.xlsx", XLSX)


def preview_of(draft: Any, before: Any, viewer: Viewer) -> dict[str, Any]:
    """What the page of a draft without faults shows of it, by its kind."""
    if draft.kind == Kind.FORM:
        return _of_form(draft, before, viewer)
    return _of_calendar(draft, before, viewer) if draft.kind == Kind.CALENDAR else {}


def compared(before: Any, after: Any) -> Cells:
    """Cells of two versions of a form, by their keys."""
    old, new = [cell.key for cell in before.cells], [cell.key for cell in after.cells]
    stay = [key for key in new if key in before.cell_by_key]
    order = {key: place for place, key in enumerate(key for key in old if key in after.cell_by_key)}
    moved = [key for place, key in enumerate(stay) if order[key] != place]
    return Cells(
        added=[key for key in new if key not in before.cell_by_key],
        removed=[key for key in old if key not in after.cell_by_key],
        moved=moved,
        kept=len(stay),
    )


def _of_form(draft: Any, before: Any, viewer: Viewer) -> dict[str, Any]:
    form = sources.form_of(draft.content, at=viewer.at)
    found: dict[str, Any] = {
        "preview": form,
        "sheet": lay_out(
            form, Filling(), language=viewer.language, hide=lambda values, _cells, _which: [*values]
        ),
        "template_address": reverse("console:design_template", args=[draft.pk]),
    }
    if before is not None:
        found["cells"] = compared(sources.form(before.code, before.version), form)
    return found


def _of_calendar(draft: Any, before: Any, viewer: Viewer) -> dict[str, Any]:
    calendar = sources.calendar_of(draft.content)
    duties = {_duty(each) for each in sources.obligations_in(calendar)}
    found: dict[str, Any] = {"due_rows": _due_rows(calendar, viewer.today)}
    if before is not None:
        standing = {_duty(each) for each in sources.obligations_in(sources.calendar_of(before.content))}
        found |= {"duties_added": sorted(duties - standing), "duties_gone": sorted(standing - duties)}
    return found


def _duty(obligation: Any) -> tuple[str, str, str, str, int]:
    each = obligation
    return (
        each.form_code,
        each.unit_kind,
        str(Basis(each.basis).label),
        each.period_kind,
        each.due_working_days,
    )


def _due_rows(calendar: Any, today: date) -> list[DueRow]:
    """Due days of the twelve months after the calendar takes force, for each number of working days it allows."""
    first = max(calendar.valid_from, today)
    days = sources.WorkingDays.of(calendar.working_days)
    allowed: dict[str, set[int]] = {}
    for each in sources.obligations_in(calendar):
        allowed.setdefault(each.period_kind, set()).add(each.due_working_days)
    rows = []
    for period in _periods_after(first, [*allowed]):
        cut_off = sources.cut_off(period, calendar.cut_offs)
        for count in sorted(allowed[period.kind]) if cut_off else ():
            assert cut_off is not None
            rows.append(DueRow(period, count, cut_off, days.after(cut_off, count), _due_now(period, count)))
    return rows


def _due_now(period: Period, count: int) -> date | None:
    """By the calendars that are published."""
    calendar = sources.calendar_for(period.ends_on)
    cut_off = sources.cut_off(period, calendar.cut_offs)
    return sources.working_days(calendar.pk).after(cut_off, count) if cut_off else None


def _periods_after(first: date, kinds: Sequence[str]) -> list[Period]:
    wanted = [Period("M", year, month) for year in (first.year, first.year + 1) for month in range(1, 13)]
    wanted += [Period(kind, year) for year in (first.year, first.year + 1) for kind in CUMULATIVE_KINDS]
    last = first.replace(year=first.year + 1, day=1)
    return sorted(each for each in wanted if each.kind in kinds and first <= each.ends_on < last)


def _first_period(form: Any) -> Period:
    kind, day = form.period_kinds[0], form.valid_from
    if kind == "M":
        return Period("M", day.year, day.month)
    return next(each for each in (Period(kind, day.year), Period(kind, day.year + 1)) if each.ends_on >= day)
