"""The level above opens one report of a period that is over: asked for, confirmed by a second person, ended."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from giamsat.foundation.access.choices import Action
from giamsat.foundation.access.errors import NotAllowed
from giamsat.front.console.choice import one_of
from giamsat.front.console.entry import Place
from giamsat.front.console.forms import LateOpeningForm
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services
from giamsat.intake.observations.errors import OpenedLateAlready, OpeningNotThere
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.lib.refusals import Refusal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def late_opening(
    request: HttpRequest, unit_code: str, form_code: str, period_key: str, basis: str
) -> HttpResponse:
    """How a report stands with late openings; a post asks for one."""
    viewer = viewer_of(request)
    place = _place(viewer, unit_code, form_code, period_key, basis)
    if request.method != "POST":
        return _show(request, viewer, place, LateOpeningForm())
    form = LateOpeningForm(request.POST)
    if not form.is_valid():
        return _show(request, viewer, place, form, status=422)
    try:
        services.open_late(
            place.unit, place.form.code, place.period, place.basis,
            by=viewer.account, at=viewer.at, **form.cleaned_data,
        )  # fmt: skip
    except OpenedLateAlready as refusal:
        if not _asked_already(viewer, place, form.cleaned_data["reason"]):
            return _show(request, viewer, place, form, refusal=refusal, status=refusal.status)
    except Refusal as refusal:
        return _show(request, viewer, place, form, refusal=refusal, status=refusal.status)
    return redirect("console:late_opening", *place.key)


@login_required
@require_POST
def late_confirm(request: HttpRequest, number: int) -> HttpResponse:
    return _decide(request, number, services.confirm_late_opening)


@login_required
@require_POST
def late_end(request: HttpRequest, number: int) -> HttpResponse:
    return _decide(request, number, services.end_late_opening)


def _decide(request: HttpRequest, number: int, act: Callable[..., Any]) -> HttpResponse:
    viewer = viewer_of(request)
    opening = observations.late_opening(number)
    if opening is None:
        raise OpeningNotThere
    key = opening.unit.code, opening.form_code, opening.period_key, opening.basis
    place = _place(viewer, *key)
    try:
        act(number, by=viewer.account, at=viewer.at)
    except OpeningNotThere as refusal:
        again = observations.late_opening(number)
        if again is None or viewer.account.pk not in {again.confirmed_by_id}:
            return _show(request, viewer, place, LateOpeningForm(), refusal=refusal, status=refusal.status)
    except Refusal as refusal:
        return _show(request, viewer, place, LateOpeningForm(), refusal=refusal, status=refusal.status)
    return redirect("console:late_opening", *key)


def _place(viewer: Viewer, unit_code: str, form_code: str, period_key: str, basis: str) -> Place:
    """The report that an address names, if this person decides about its unit."""
    period = sources.reporting_period(period_key).period
    unit = sources.bearer_of(unit_code, period)
    viewer.require(Action.REPORT_ACCEPT, unit)
    if not observations.decides(viewer.scope, unit):
        raise NotAllowed(Action.REPORT_ACCEPT, unit)
    basis = Basis(one_of(basis, Basis.values, _("kinds of report")))
    form = sources.form_for(form_code, period)
    return Place(unit, form, period, basis, observations.report_of(unit, form_code, period.key, basis))


def _asked_already(viewer: Viewer, place: Place, reason: str) -> bool:
    """Whether this person has asked the very same: the second click of two."""
    there = observations.opening_of(place.unit, place.form.code, place.period.key, place.basis)
    return there is not None and there.asked_by_id == viewer.account.pk and there.reason == reason.strip()


def _show(
    request: HttpRequest,
    viewer: Viewer,
    place: Place,
    form: LateOpeningForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    state = sources.reporting_period(place.period.key).state
    openings = list(observations.openings_of(place.unit, place.form.code, place.period.key, place.basis))
    standing = next((each for each in openings if each.ended_at is None), None)
    over = standing is not None and standing.until < viewer.today
    context = {
        "unit": place.unit,
        "form": place.form,
        "period": place.period,
        "basis": place.basis,
        "report": place.report,
        "state": PeriodState(state),
        "locked": state == PeriodState.LOCKED,
        "openings": openings,
        "standing": standing,
        "over": over,
        "may_ask": state != PeriodState.OPEN and (standing is None or over),
        "may_confirm": standing is not None
        and not over
        and standing.confirmed_at is None
        and standing.asked_by_id != viewer.account.pk,
        "late_form": form,
        "refusal": refusal,
        "today": viewer.today,
    }
    return render(request, "console/late.html", context, status=status)
