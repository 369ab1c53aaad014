"""The reporting calendar: who owes what by when, how complete and how punctual, down to the report."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from giamsat.foundation.units import queries as units
from giamsat.front.console import calendar_board, calendar_lists
from giamsat.front.console.calendar_choice import Asked, asked_of
from giamsat.front.console.calendar_mine import mine
from giamsat.front.console.exports import recorded_csv, recorded_xlsx
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import services
from giamsat.intake.observations.choices import Arrived
from giamsat.intake.observations.errors import NobodyLate, NobodyToRemind, RemindedAlready
from giamsat.intake.sources import queries as sources

MOST_LINES = 1_000
TABLE, LIST = "completeness", "reports-owed"


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    asked = asked_of(viewer, request.GET)
    if asked is None:
        return render(request, "console/nothing_yet.html")
    context = {
        "asked": asked,
        "board": calendar_board.assemble(viewer, asked),
        "line": units.ancestors(asked.place),
        "mine": mine(viewer),
        "may_remind": _may_remind(viewer, asked),
        "today": viewer.today,
    }
    return render(request, "console/calendar.html", context)


@login_required
@require_POST
def calendar_remind(request: HttpRequest) -> HttpResponse:
    """Remind everybody directly below who is late for a period, with one click."""
    viewer = viewer_of(request)
    row = sources.reporting_period(request.POST.get("period", ""))
    try:
        done = services.remind_late(row.period, by=viewer.account, at=viewer.at)
    except (NobodyLate, NobodyToRemind, RemindedAlready) as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _whom(done))
    own = viewer.scope.own
    asked: dict[str, str | int] = {"place": own.code if own else "", "year": row.year, "period": row.key}
    return redirect(f"{reverse('console:calendar')}?{urlencode(asked)}")


def _whom(done: services.Reminded) -> str:
    persons = ngettext("%(n)s person was reminded", "%(n)s persons were reminded", done.persons)
    of_units = ngettext("of %(n)s unit.", "of %(n)s units.", done.units)
    return f"{persons % {'n': done.persons}} {of_units % {'n': done.units}}"


@login_required
@require_safe
def calendar_csv(request: HttpRequest) -> HttpResponseBase:
    viewer, (header, rows) = _table(request)
    return recorded_csv(viewer, TABLE, header, rows, asked=request.GET.urlencode())


@login_required
@require_safe
def calendar_xlsx(request: HttpRequest) -> HttpResponseBase:
    viewer, (header, rows) = _table(request)
    return recorded_xlsx(viewer, TABLE, header, rows, asked=request.GET.urlencode())


@login_required
@require_safe
def calendar_units(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    asked = asked_of(viewer, request.GET)
    if asked is None:
        return render(request, "console/nothing_yet.html")
    wish = calendar_lists.wish_of(asked, request.GET)
    found = calendar_lists.lines(viewer, asked, wish, most=MOST_LINES + 1)
    context = {
        "asked": asked,
        "wish": wish,
        "lines": found[:MOST_LINES],
        "more": len(found) > MOST_LINES,
        "most": MOST_LINES,
        "period": next((row for row in asked.periods if row.key == asked.period_key), None),
        "forms": dict.fromkeys(f"{each.form_code}.{each.basis}" for each in asked.duties_of_period),
        "states": [
            (calendar_lists.LATE_NOW, _("overdue or sent back")),
            *Arrived.choices,
            (calendar_lists.AWAITING, _("awaiting acceptance")),
        ],
        "query": request.GET.urlencode(),
        "may_remind": _may_remind(viewer, asked),
        "any_late": any(line.owed.stands in calendar_lists.OVERDUE for line in found),
    }
    return render(request, "console/calendar_units.html", context)


@login_required
@require_safe
def calendar_units_csv(request: HttpRequest) -> HttpResponseBase:
    viewer, (header, rows) = _list(request)
    return recorded_csv(viewer, LIST, header, rows, asked=request.GET.urlencode())


@login_required
@require_safe
def calendar_units_xlsx(request: HttpRequest) -> HttpResponseBase:
    viewer, (header, rows) = _list(request)
    return recorded_xlsx(viewer, LIST, header, rows, asked=request.GET.urlencode())


def _may_remind(viewer: Viewer, asked: Asked) -> bool:
    """Whether this person's own unit is the one that receives these reports, and they accept for it."""
    own = viewer.scope.own
    mine = own is not None and own.pk == asked.place.pk and asked.level == own.level + 1
    return mine and viewer.may("report.accept", own)


Table = tuple[Sequence[Any], list[Sequence[Any]]]


def _table(request: HttpRequest) -> tuple[Viewer, Table]:
    """One line for each unit and form, so that a spreadsheet can turn it any way."""
    viewer = viewer_of(request)
    asked = asked_of(viewer, request.GET)
    header = [
        _("Unit code"), _("Unit"), _("Period"), _("Form"), _("Basis"), _("Owed"), _("In time"), _("Came late"),
        _("Sent back"), _("Overdue"), _("Not due yet"), _("Awaiting acceptance"), _("Complete, %"), _("On time, %"),
    ]  # fmt: skip
    return viewer, (header, _table_rows(viewer, asked) if asked else [])


def _table_rows(viewer: Viewer, asked: Asked) -> list[Sequence[Any]]:
    board = calendar_board.assemble(viewer, asked)
    named = [(row.unit.code, row.unit.name(viewer.language), row.cells) for row in board.rows]
    named.append(
        (asked.place.code, _("%(place)s, all") % {"place": asked.place.name(viewer.language)}, board.totals)
    )
    return [
        [code, name, asked.period_key, line.form_code, line.basis, tally.owed, tally.on_time, tally.late,
         tally.returned, tally.missing, tally.waiting, tally.awaiting, _rounded(cell.share), _rounded(cell.in_time)]
        for code, name, cells in named
        for line, cell in zip(board.forms, cells, strict=True)
        for tally in [cell.tally]
        if tally.owed
    ]  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 1)


def _list(request: HttpRequest) -> tuple[Viewer, Table]:
    viewer = viewer_of(request)
    asked = asked_of(viewer, request.GET)
    header = [
        _("Unit code"), _("Unit"), _("Level above"), _("Period"), _("Form"), _("Basis"), _("Due"), _("First sent"),
        _("Days late"), _("State"), _("Who is to act"),
    ]  # fmt: skip
    if asked is None:
        return viewer, (header, [])
    found = calendar_lists.lines(viewer, asked, calendar_lists.wish_of(asked, request.GET))
    return viewer, (header, [_list_row(viewer, each) for each in found])


def _list_row(viewer: Viewer, line: calendar_lists.Line) -> Sequence[Any]:
    owed = line.owed
    name = owed.name_vi if viewer.language == "vi" else owed.name_en
    return [
        owed.code, name, line.above, owed.duty.period_key, owed.duty.form_code, owed.duty.basis, owed.due_on,
        owed.first_sent_on, line.days_late, line.stand.words, line.who,
    ]  # fmt: skip
