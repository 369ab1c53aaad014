"""One report: its figures beside earlier ones, its findings, and what the head and the level above decide."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from giamsat.foundation.audit import services as trail
from giamsat.front.console.entry import sent_back_note
from giamsat.front.console.exports import csv_response
from giamsat.front.console.findings import counts, kept_lines
from giamsat.front.console.forms import ExplanationForm, ReasonForm
from giamsat.front.console.score_cards import cards_of
from giamsat.front.console.sheet import Filling, changed_cells, hide_through, lay_out
from giamsat.front.console.templatetags.desk import plain_figure
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services
from giamsat.intake.observations.choices import SUBMITTABLE, WRITABLE, Status
from giamsat.intake.observations.errors import AlreadySubmitted, NotAwaitingAcceptance, ReportNotFound
from giamsat.lib.refusals import Refusal


@login_required
@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _page(request, viewer, observations.report_for(viewer.account, number, at=viewer.at))


@login_required
@require_safe
def report_csv(request: HttpRequest, number: int) -> HttpResponse:
    """The report as this viewer sees it: hidden cells leave as their mark."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    sheet = lay_out_for(viewer, found, version_shown(viewer, found))["sheet"]
    trail.record(
        "report.exported", subject=found.subject, by=viewer.actor, at=viewer.at, unit_id=found.unit_id
    )
    header = [
        _("Code"),
        _("Indicator"),
        _("Column"),
        _("Value"),
        _("Last period"),
        _("Same period last year"),
    ]
    rows = [
        [
            row.code, row.name, cell.column.get(viewer.language, ""),
            _exported(cell.value), _exported(cell.previous), _exported(cell.last_year),
        ]
        for section in sheet
        for row in section.rows
        for cell in row.cells
    ]  # fmt: skip
    return csv_response(f"{found.form_code}_{found.period_key}_{found.unit.code}", header, rows)


@login_required
@require_POST
def report_submit(request: HttpRequest, number: int) -> HttpResponse:
    """The head sends the report to the level above."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    try:
        services.submit(found, by=viewer.account, at=viewer.at, seen_version=_seen(request))
    except AlreadySubmitted as refusal:
        found.refresh_from_db()
        if found.submitted_by_id != viewer.account.pk:
            return _page(request, viewer, found, status=422, act_refusal=refusal)
    except Refusal as refusal:
        return _page(request, viewer, found, status=422, act_refusal=refusal)
    return redirect("console:report", number)


@login_required
@require_POST
def report_accept(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    try:
        services.accept(found, by=viewer.account, at=viewer.at, seen_version=_seen(request))
    except NotAwaitingAcceptance as refusal:
        found.refresh_from_db()
        if found.status != Status.TIEP_NHAN or found.accepted_by_id != viewer.account.pk:
            return _page(request, viewer, found, status=422, act_refusal=refusal)
    except Refusal as refusal:
        return _page(request, viewer, found, status=422, act_refusal=refusal)
    return redirect("console:report", number)


@login_required
@require_POST
def report_send_back(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    viewer.require("report.accept", found.unit)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, status=422, reason_form=form)
    reason = form.cleaned_data["reason"]
    try:
        services.send_back(found, reason=reason, by=viewer.account, at=viewer.at, seen_version=_seen(request))
    except NotAwaitingAcceptance as refusal:
        found.refresh_from_db()
        if found.status != Status.TRA_LAI or found.return_reason != reason.strip():
            return _page(request, viewer, found, status=422, act_refusal=refusal, reason_form=form)
    except Refusal as refusal:
        return _page(request, viewer, found, status=422, act_refusal=refusal, reason_form=form)
    return redirect("console:report", number)


@login_required
@require_POST
def finding_explain(request: HttpRequest, number: int, finding: int) -> HttpResponse:
    """Say why a figure that a rule doubts is right. htmx gets the finding back, a plain post the page."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    form = ExplanationForm(request.POST)
    if not form.is_valid():
        return _unexplained(request, viewer, found, finding, form)
    services.explain(found, finding, form.cleaned_data["text"], by=viewer.account, at=viewer.at)
    if not request.headers.get("HX-Request"):
        return redirect("console:report", number)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    response = render(request, "console/_finding.html", _finding_context(viewer, found, finding))
    response["HX-Trigger"] = "gs:explained"  # the acts of the page depend on what is left to explain
    return response


@login_required
@require_safe
def report_acts(request: HttpRequest, number: int) -> HttpResponse:
    """What may be done now, as a fragment, after a finding was explained."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    return render(request, "console/_report_acts.html", _acts(viewer, found))


def _unexplained(
    request: HttpRequest, viewer: Viewer, found: Any, finding: int, form: ExplanationForm
) -> HttpResponse:
    typed: dict[str, Any] = {
        "explain_typed": request.POST.get("text", ""),
        "explain_errors": form.errors.get("text", []),
    }
    if request.headers.get("HX-Request"):
        context = _finding_context(viewer, found, finding) | typed
        return render(request, "console/_finding.html", context, status=422)
    return _page(request, viewer, found, status=422, explain_at=finding, **typed)


def _finding_context(viewer: Viewer, found: Any, finding: int) -> dict[str, Any]:
    version = version_shown(viewer, found)
    lines = kept_lines(viewer, version, observations.form_of(version), found.unit_id)
    line = next((each for each in lines if each.id == finding), None)
    return {"finding": line, "report": found, "may_explain": _may_explain(viewer, found)}


def version_shown(viewer: Viewer, found: Any) -> Any:
    """The version this person reads; refused as if there were no report while there is none for them."""
    version = observations.version_for(viewer.scope, found)
    if version is None:
        raise ReportNotFound(found.pk)
    return version


def lay_out_for(viewer: Viewer, found: Any, version: Any) -> dict[str, Any]:
    """The figures of a version beside those of the period before and of a year ago, through the viewer's lens."""
    form = observations.form_of(version)
    compared = observations.comparison(found, version, to=viewer.scope)
    lines = kept_lines(viewer, version, form, found.unit_id)
    filling = Filling(
        values=list(version.values),
        previous={row.key: row.previous for row in compared.rows},
        last_year={row.key: row.last_year for row in compared.rows},
        findings=lines,
    )
    hide = hide_through(viewer.lens, found.unit_id, version.pk, compared)
    sheet = lay_out(form, filling, language=viewer.language, hide=hide)
    return {
        "sheet": sheet,
        "form": form,
        "findings": lines,
        "previous_key": compared.previous_period.key,
        "last_year_key": compared.last_year_period.key,
        "changed_count": changed_cells(sheet),
    }


def _page(
    request: HttpRequest, viewer: Viewer, found: Any, *, status: int = 200, **typed: Any
) -> HttpResponse:
    if status != 200:  # somebody else may have decided meanwhile
        found = observations.report_for(viewer.account, found.pk, at=viewer.at)
    version = version_shown(viewer, found)
    at_hand = version.pk == found.current_id
    laid_out = lay_out_for(viewer, found, version)
    context = {
        "report": found,
        "unit": found.unit,
        "version": version,
        "versions": _versions_shown(viewer, found, version),
        "being_corrected": not at_hand,
        "counts": counts(laid_out["findings"]),
        "scores": cards_of(found) if at_hand else [],  # the scores are those of what is at hand
        "sent_back": sent_back_note(found),
        "may_explain": _may_explain(viewer, found),
        "may_see_deliveries": viewer.lens.sees_small(found.unit_id),
        **laid_out,
        **_acts(viewer, found),
        **typed,
    }
    return render(request, "console/report.html", context, status=status)


def _versions_shown(viewer: Viewer, found: Any, version: Any) -> list[Any]:
    """Every version for whoever makes the report; others learn of drafts only once they were accepted."""
    kept = observations.versions(found)
    if observations.makes_reports(viewer.scope, found.unit):
        return kept
    return [each for each in kept if each.accepted_at or each.pk == version.pk]


def _acts(viewer: Viewer, found: Any) -> dict[str, Any]:
    """What this person may do to the report now; the services ask again."""
    unit = found.unit
    writable = found.status in WRITABLE and viewer.may("report.compile", unit)
    version = version_shown(viewer, found)
    lines = kept_lines(viewer, version, observations.form_of(version), found.unit_id)
    heads = found.status in (*SUBMITTABLE, Status.NHAP) and viewer.may("report.submit", unit)
    return {
        "report": found,
        "version": version,
        "may_submit": heads,
        "may_accept": found.status == Status.DA_NOP and observations.decides(viewer.scope, unit),
        "unexplained": counts(lines)["W"],
        "reason_form": ReasonForm(),
        "form_url": reverse(
            "console:entry_form", args=[unit.code, found.form_code, found.period_key, found.basis]
        )
        if writable
        else "",
    }


def _may_explain(viewer: Viewer, found: Any) -> bool:
    return found.status in WRITABLE and viewer.may("report.compile", found.unit)


def _seen(request: HttpRequest) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else None


def _exported(value: Any) -> Any:
    """Numbers leave as numbers, hidden cells as their mark."""
    if getattr(value, "hidden", False):
        return plain_figure(value)
    value = getattr(value, "value", value)
    return int(value) if value is not None and value == int(value) else value
