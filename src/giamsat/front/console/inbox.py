"""The inbox of the level above: what was submitted, by whom, how late, and what it says for itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from giamsat.foundation.audit import services as trail
from giamsat.front.console.exports import csv_response
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import Status
from giamsat.intake.quality import queries as quality
from giamsat.lib.clock import HOME_ZONE

MOST_ROWS = 1_000
SHOWN_STATES = (Status.DA_NOP, Status.TRA_LAI, Status.TIEP_NHAN, Status.TONG_HOP)


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

    @property
    def url(self) -> str:
        return reverse("console:report", args=[self.id])


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    rows = _rows(viewer, request)
    state = request.GET.get("state", Status.DA_NOP.value)
    context = {
        "rows": rows,
        "waiting": len(rows) if state == Status.DA_NOP else _waiting(viewer),
        "states": [(each.value, each.label) for each in SHOWN_STATES],
        "periods": sorted({row.period_key for row in rows}, reverse=True),
        "forms": sorted({row.form_code for row in rows}),
        "chosen": {"state": state, "period": request.GET.get("period", ""), "form": request.GET.get("form", "")},
        "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "console/inbox.html", context)


@login_required
@require_safe
def inbox_csv(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    rows = _rows(viewer, request)
    trail.record("inbox.exported", subject="inbox", by=viewer.actor, at=viewer.at, facts={"rows": len(rows)})
    header = [_("Unit code"), _("Unit"), _("Form"), _("Period"), _("Basis"), _("Submitted"), _("Days late"),
              _("To explain"), _("Explained"), _("State")]  # fmt: skip
    table = [
        [row.unit.code, row.unit.name(viewer.language), row.form_code, row.period_key, row.basis,
         row.submitted_at, row.days_late, row.findings, row.explained, Status(row.state).label]
        for row in rows
    ]  # fmt: skip
    return csv_response("inbox", header, table)


def _rows(viewer: Viewer, request: HttpRequest) -> list[Row]:
    viewer.require_anywhere("report.accept")
    reports = list(_chosen(viewer, request)[:MOST_ROWS])
    found: dict[int, list[bool]] = {}
    for finding in quality.findings_of_many([each.current_id for each in reports if each.current_id]):
        if finding.severity == "W":
            found.setdefault(finding.report_version_id, []).append(finding.explained_at is not None)
    return [_row(each, found.get(each.current_id, [])) for each in reports]


def _waiting(viewer: Viewer) -> int:
    return observations.awaiting_acceptance(viewer.account, at=viewer.at).count()


def _chosen(viewer: Viewer, request: HttpRequest) -> Any:
    """Submitted ones of units directly below, oldest first; or those in another state, newest first."""
    state = request.GET.get("state", Status.DA_NOP.value)
    if state == Status.DA_NOP:
        chosen = observations.awaiting_acceptance(viewer.account, at=viewer.at)
    else:
        mine = viewer.scope.units_where("report.accept").order_by()
        below = {"unit__depth": viewer.account.unit.depth + 1} if viewer.account.unit else {}
        chosen = (
            observations.reports_for(viewer.account, at=viewer.at)
            .filter(unit__in=mine.values("pk"), status=state if state in Status.values else "", **below)
            .select_related("unit")
            .order_by("-submitted_at", "-pk")
        )
    for name, column in (("period", "period_key"), ("form", "form_code")):
        if request.GET.get(name):
            chosen = chosen.filter(**{column: request.GET[name]})
    return chosen


def _row(report: Any, explained: list[bool]) -> Row:
    late = 0
    if report.submitted_at and report.due_on:
        late = max(0, (report.submitted_at.astimezone(HOME_ZONE).date() - report.due_on).days)
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
    )
