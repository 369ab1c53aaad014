"""One report: its figures beside earlier ones, its findings, and what the head and the level above decide."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from giamsat.foundation.audit import services as trail
from giamsat.front.console import uses
from giamsat.front.console.before_eyes import version_seen
from giamsat.front.console.errors import NotADay
from giamsat.front.console.exports import csv_response
from giamsat.front.console.findings import kept_lines
from giamsat.front.console.forms import ExplanationForm, ReasonForm
from giamsat.front.console.report_page import (
    acts,
    lay_out_for,
    may_explain,
    show,
    show_as_known,
    version_shown,
)
from giamsat.front.console.report_then import day_asked, end_of
from giamsat.front.console.templatetags.desk import plain_figure
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.errors import (
    AlreadySubmitted,
    NotAccepted,
    NotAwaitingAcceptance,
    NothingInForce,
    ReportNotFound,
)
from giamsat.lib.refusals import Refusal


@login_required
@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """The report as it is now, or as it was known when the day of ``?on=`` ended."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    try:
        day = day_asked(request, viewer)
    except NotADay as refusal:
        return show(request, viewer, found, status=refusal.status, day_refusal=refusal)
    page = show_as_known(request, viewer, found, day) if day else show(request, viewer, found)
    uses.count_view(viewer, found)
    return page


@login_required
@require_safe
def report_csv(request: HttpRequest, number: int) -> HttpResponseBase:
    """The report as this viewer sees it: hidden cells leave as their mark."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    day = day_asked(request, viewer)
    version = observations.version_as_known(found, end_of(day)) if day else version_shown(viewer, found)
    if version is None:
        raise ReportNotFound(number)  # on that day nothing of it was known
    sheet = lay_out_for(viewer, found, version, end_of(day) if day else None)["sheet"]
    facts = {"as_of": f"{day:%d/%m/%Y}"} if day else {}
    trail.record(
        "report.exported",
        subject=found.subject,
        by=viewer.actor,
        at=viewer.at,
        unit_id=found.unit_id,
        facts=facts,
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
    name = f"{found.form_code}_{found.period_key}_{found.unit.code}"
    return csv_response(f"{name}_{day:%Y-%m-%d}" if day else name, header, rows)


@login_required
@require_POST
def report_submit(request: HttpRequest, number: int) -> HttpResponse:
    """The head sends the report to the level above."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    typed = request.POST.get("symbol", "")
    try:
        services.submit(
            found, by=viewer.account, at=viewer.at, seen_version=version_seen(request), symbol=typed
        )
    except AlreadySubmitted as refusal:
        found.refresh_from_db()
        if found.submitted_by_id != viewer.account.pk:
            return show(request, viewer, found, status=refusal.status, act_refusal=refusal)
    except Refusal as refusal:
        facts = {"act_refusal": refusal, "symbol_typed": typed}
        return show(request, viewer, found, status=refusal.status, **facts)
    return redirect("console:report", number)


@login_required
@require_POST
def report_accept(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    try:
        services.accept(found, by=viewer.account, at=viewer.at, seen_version=version_seen(request))
    except NotAwaitingAcceptance as refusal:
        found.refresh_from_db()
        if found.status != Status.TIEP_NHAN or found.accepted_by_id != viewer.account.pk:
            return show(request, viewer, found, status=refusal.status, act_refusal=refusal)
    except Refusal as refusal:
        return show(request, viewer, found, status=refusal.status, act_refusal=refusal)
    return redirect("console:report", number)


@login_required
@require_POST
def report_send_back(request: HttpRequest, number: int) -> HttpResponse:
    def send_back(found: Any, **said: Any) -> Any:
        return services.send_back(found, seen_version=version_seen(request), **said)

    return _give_back(request, number, send_back)


@login_required
@require_POST
def report_reopen(request: HttpRequest, number: int) -> HttpResponse:
    """The unit may correct accepted figures; they stay in force until other ones are accepted."""
    return _give_back(request, number, services.reopen)


@login_required
@require_POST
def report_take_back(request: HttpRequest, number: int) -> HttpResponse:
    """The acceptance is withdrawn: decided anew, with the figures in force meanwhile."""

    def take_back(found: Any, **said: Any) -> Any:
        return services.take_back(found, seen_version=version_seen(request), **said)

    return _give_back(request, number, take_back, shown_as="take_back_form")


def _give_back(
    request: HttpRequest, number: int, act: Callable[..., Any], shown_as: str = "reason_form"
) -> HttpResponse:
    """Back to the unit with a reason; done already with the same reason, it was the second click of two."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    viewer.require("report.accept", found.unit)
    form = ReasonForm(request.POST, auto_id=f"{shown_as}_%s")
    if not form.is_valid():
        return show(request, viewer, found, status=422, **{shown_as: form})
    typed = {shown_as: form}
    reason = form.cleaned_data["reason"]
    try:
        act(found, reason=reason, by=viewer.account, at=viewer.at)
    except (NotAwaitingAcceptance, NothingInForce, NotAccepted) as refusal:
        found.refresh_from_db()
        if not _said_already(found, reason.strip(), taken_back=isinstance(refusal, NotAccepted)):
            return show(request, viewer, found, status=refusal.status, act_refusal=refusal, **typed)
    except Refusal as refusal:
        return show(request, viewer, found, status=refusal.status, act_refusal=refusal, **typed)
    return redirect("console:report", number)


def _said_already(found: Any, reason: str, *, taken_back: bool) -> bool:
    """Whether the very same was done a moment ago."""
    if taken_back:
        withdrawal = observations.withdrawn([found.pk]).get(found.pk)
        return withdrawal is not None and withdrawal.reason == reason
    return bool(found.status == Status.TRA_LAI and found.return_reason == reason)


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
    return render(request, "console/_report_acts.html", acts(viewer, found))


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
    return show(request, viewer, found, status=422, explain_at=finding, **typed)


def _finding_context(viewer: Viewer, found: Any, finding: int) -> dict[str, Any]:
    version = version_shown(viewer, found)
    lines = kept_lines(viewer, version, found.unit_id)
    line = next((each for each in lines if each.id == finding), None)
    return {"finding": line, "report": found, "may_explain": may_explain(viewer, found)}


def _exported(value: Any) -> Any:
    """Numbers leave as numbers, hidden cells as their mark."""
    if getattr(value, "hidden", False):
        return plain_figure(value)
    value = getattr(value, "value", value)
    return int(value) if value is not None and value == int(value) else value
