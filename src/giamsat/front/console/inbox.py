"""The inbox of the level above: what was submitted, by whom, how late, and what it says for itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_safe

from giamsat.foundation.outbox import queries as outbox
from giamsat.front.console import later, parts
from giamsat.front.console.bulletin import Changes
from giamsat.front.console.choice import one_of
from giamsat.front.console.exports import recorded_csv
from giamsat.front.console.newsroom import Watch
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import Status
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.choices import Severity
from giamsat.intake.sources import queries as sources
from giamsat.lib.clock import day_of

MOST_ROWS = 1_000
SHOWN_STATES = (Status.DA_NOP, Status.TRA_LAI, Status.TIEP_NHAN, Status.TONG_HOP, Status.KHOA)


@dataclass(frozen=True, slots=True)
class Row:
    """One report in the inbox."""

    id: int
    unit: Any
    form_code: str
    period_key: str
    basis: str
    submitted_at: datetime | None
    days_late: int
    state: str
    findings: int
    explained: int
    unchanged: bool
    taken_back: bool

    @property
    def url(self) -> str:
        return reverse("console:report", args=[self.id])


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reports are looked at."""

    state: str
    period: str
    form: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Asked":
        state, period, form = (asked.get(name, "") for name in ("state", "period", "form"))
        periods = {each.key for each in sources.reporting_periods()} if period else set()
        return cls(
            one_of(state, [each.value for each in SHOWN_STATES], _("states")) or Status.DA_NOP.value,
            one_of(period, periods, _("periods")),
            one_of(form, {each.code for each in sources.forms()}, _("reporting forms")),
        )

    @property
    def is_all_waiting(self) -> bool:
        return self == Asked(Status.DA_NOP.value, "", "")

    @property
    def query(self) -> str:
        return urlencode({"state": self.state, "period": self.period, "form": self.form})


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    number = outbox.last_number()
    asked = Asked.of(request.GET)
    context = _context(viewer, asked)
    periods, forms = _choices(viewer, asked, context)
    context |= {
        "states": [(each.value, each.label) for each in SHOWN_STATES],
        "periods": sorted(periods | {asked.period} - {""}, reverse=True),
        "forms": sorted(forms | {asked.form} - {""}),
        "query": asked.query,
        "openings": list(observations.awaiting_second(viewer.account, at=viewer.at)),
        "later": later.of_units(viewer, _below(viewer)),
        "objections": quality.objections_to_answer(viewer.scope),
        "as_of": parts.as_of(viewer),
        "live_address": f"{reverse('console:inbox_stream')}?{asked.query}&since={number}",
    }
    return render(request, "console/inbox.html", context)


def watch(viewer: Viewer, asked: Mapping[str, str]) -> Watch:
    """What an open inbox follows; it is of one person's own seat, so nobody shares it with another."""
    viewer.require_anywhere("report.accept")
    chosen = Asked.of(asked)
    return Watch(
        key=("inbox", chosen, viewer.language, viewer.account.pk, viewer.scope.key()),
        reckon=lambda: _reckon(viewer.now(), chosen),
    )


def _reckon(viewer: Viewer, asked: Asked) -> Changes:
    with override(viewer.language):
        context = _context(viewer, asked)
        figures = {
            "inbox.waiting": context["waiting_words"],
            "count.inbox": parts.counted(context["waiting"], viewer.language),
        }
        return parts.drawn(viewer, {"inbox": "console/_inbox.html"}, context, **figures)


def _context(viewer: Viewer, asked: Asked) -> dict[str, Any]:
    rows = _rows(viewer, asked, MOST_ROWS)
    whole = len(rows) if len(rows) < MOST_ROWS else _chosen(viewer, asked).count()
    waiting = whole if asked.is_all_waiting else _waiting(viewer)
    return {
        "rows": rows,
        "whole": whole,
        "waiting": waiting,
        "waiting_words": waiting_words(waiting),
        "chosen": asked,
    }


def _choices(viewer: Viewer, asked: Asked, context: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The periods and forms to choose from: of all reports chosen, those that found no place on the page too."""
    pairs = {(row.period_key, row.form_code) for row in context["rows"]}
    if context["whole"] > len(context["rows"]):
        pairs |= set(_chosen(viewer, asked).order_by().values_list("period_key", "form_code").distinct())
    return {period for period, _form in pairs}, {form for _period, form in pairs}


def waiting_words(count: int) -> str:
    return ngettext("%(n)s waits for you", "%(n)s wait for you", count) % {"n": count}


@login_required
@require_safe
def inbox_csv(request: HttpRequest) -> HttpResponseBase:
    viewer = viewer_of(request)
    asked = Asked.of(request.GET)
    rows = _rows(viewer, asked)
    header = [_("Unit code"), _("Unit"), _("Form"), _("Period"), _("Basis"), _("Submitted"), _("Days late"),
              _("To explain"), _("Explained"), _("State"), _("Figures unchanged")]  # fmt: skip
    table = [
        [row.unit.code, row.unit.name(viewer.language), row.form_code, row.period_key, row.basis,
         row.submitted_at, row.days_late, row.findings, row.explained, Status(row.state).label,
         _("yes") if row.unchanged else ""]
        for row in rows
    ]  # fmt: skip
    return recorded_csv(viewer, "inbox", header, table, asked=asked.query)


def _rows(viewer: Viewer, asked: Asked, most: int | None = None) -> list[Row]:
    viewer.require_anywhere("report.accept")
    reports = list(_chosen(viewer, asked)[:most])
    found: dict[int, list[bool]] = {}
    for finding in quality.findings_of_many([each.current_id for each in reports if each.current_id]):
        if finding.severity == Severity.WARNING:
            found.setdefault(finding.report_version_id, []).append(finding.explained_at is not None)
    doubted = observations.withdrawn([each.pk for each in reports])
    return [_row(each, found.get(each.current_id, []), taken_back=each.pk in doubted) for each in reports]


def _waiting(viewer: Viewer) -> int:
    return observations.awaiting_acceptance(viewer.account, at=viewer.at).count()


def _chosen(viewer: Viewer, asked: Asked) -> Any:
    """Submitted ones of units directly below, oldest first; or those in another state, newest first."""
    if asked.state == Status.DA_NOP:
        chosen = observations.awaiting_acceptance(viewer.account, at=viewer.at)
    else:
        mine = viewer.scope.units_where("report.accept").order_by()
        below = {"unit__depth": viewer.scope.own.depth + 1} if viewer.scope.own else {}
        chosen = (
            observations.reports_for(viewer.account, at=viewer.at)
            .filter(unit__in=mine.values("pk"), status=asked.state, **below)
            .select_related("unit", "current")
            .order_by("-submitted_at", "-pk")
        )
    if asked.period:
        chosen = chosen.filter(period_key=asked.period)
    return chosen.filter(form_code=asked.form) if asked.form else chosen


def _below(viewer: Viewer) -> list[int]:
    """The units directly below whose reports this person decides about."""
    mine = viewer.scope.units_where("report.accept").order_by()
    own = viewer.scope.own
    if own:
        mine = mine.filter(path__startswith=own.path, depth=own.depth + 1)
    return list(mine.values_list("pk", flat=True))


def _row(report: Any, explained: list[bool], *, taken_back: bool) -> Row:
    late = 0
    if report.submitted_at and report.due_on:
        late = max(0, (day_of(report.submitted_at) - report.due_on).days)
    return Row(
        id=report.pk,
        unit=report.unit,
        form_code=report.form_code,
        period_key=report.period_key,
        basis=report.basis,
        submitted_at=report.submitted_at,
        days_late=late,
        state=report.status,
        findings=len(explained),
        explained=sum(explained),
        unchanged=report.came_back_unchanged,
        taken_back=taken_back,
    )
