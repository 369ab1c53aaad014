"""The level above adds up: who has reported, what the sum is now, and the consolidated report made of it by one act."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from giamsat.front.console.before_eyes import version_seen
from giamsat.front.console.consolidate_page import Asked, asked_of, context_of
from giamsat.front.console.exports import recorded_csv
from giamsat.front.console.findings import refused_lines
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services
from giamsat.intake.observations.errors import ReportRefused, SameFigures, StaleVersion
from giamsat.lib.refusals import Refusal


@login_required
@require_safe
def consolidate(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    return _show(request, viewer, asked_of(viewer, request.GET))


@login_required
@require_POST
def consolidate_make(request: HttpRequest) -> HttpResponse:
    """Fill the consolidated report from its parts; it goes on as any report does."""
    viewer = viewer_of(request)
    asked = asked_of(viewer, request.POST)
    viewer.require("report.compile", asked.unit)
    try:
        receipt = services.consolidate(
            asked.unit,
            asked.form_code,
            asked.period,
            by=viewer.account,
            at=viewer.at,
            seen_version=version_seen(request),
        )
    except ReportRefused as refusal:
        form = observations.parts_of(asked.unit, asked.form_code, asked.period).form
        lines = refused_lines(refusal.findings, form, viewer.language)
        return _show(request, viewer, asked, refusal=refusal, findings=lines)
    except (StaleVersion, SameFigures) as refusal:
        made = _made_by(viewer, asked)
        return redirect("console:report", made) if made else _show(request, viewer, asked, refusal=refusal)
    except Refusal as refusal:
        return _show(request, viewer, asked, refusal=refusal)
    assert receipt.report is not None
    return redirect("console:report", receipt.report.pk)


@login_required
@require_safe
def consolidate_csv(request: HttpRequest) -> HttpResponseBase:
    """The sum cell by cell, own figures and those below apart."""
    viewer = viewer_of(request)
    asked = asked_of(viewer, request.GET)
    header = [_("Code"), _("Indicator"), _("Column"), _("Own"), _("Units below"), _("Sum"),
              _("Estimated"), _("Report made")]  # fmt: skip
    rows = [
        [row.code, row.name, cell.column.get(viewer.language, ""), cell.own, cell.below, cell.total,
         cell.guessed, cell.said]
        for section in context_of(viewer, asked)["sheet"]
        for row in section.rows
        for cell in row.cells
    ]  # fmt: skip
    return recorded_csv(viewer, "consolidation", header, rows, asked=asked.query)


def _show(
    request: HttpRequest, viewer: Viewer, asked: Asked, *, refusal: Refusal | None = None, **more: Any
) -> HttpResponse:
    context = {**context_of(viewer, asked), "refusal": refusal, **more}
    return render(request, "console/consolidate.html", context, status=refusal.status if refusal else 200)


def _made_by(viewer: Viewer, asked: Asked) -> int | None:
    """The report, if this person has made exactly this sum: it was the second click of two."""
    parts = observations.parts_of(asked.unit, asked.form_code, asked.period)
    made = parts.signed.current if parts.signed else None
    if parts.signed is None or made is None or made.recorded_by_id != viewer.account.pk:
        return None
    return parts.signed.pk if not parts.differences else None
