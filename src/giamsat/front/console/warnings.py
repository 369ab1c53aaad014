"""Warnings: the list by urgency, one with its evidence, and what a person may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_POST, require_safe

from giamsat.analysis.early_warning import queries as early_warning
from giamsat.analysis.early_warning import services
from giamsat.analysis.early_warning.choices import UNDECIDED, WarningState
from giamsat.foundation.outbox import queries as outbox
from giamsat.front.console import history, parts
from giamsat.front.console.before_eyes import acts_seen
from giamsat.front.console.bulletin import Changes
from giamsat.front.console.choice import one_of, page_asked
from giamsat.front.console.evidence import URGENCY_ICONS, Evidence, Subjects, band_of, spark_of, urgency_of
from giamsat.front.console.exports import in_batches, recorded_csv
from giamsat.front.console.forms import AskForm, ReasonForm
from giamsat.front.console.moments import one_look
from giamsat.front.console.newsroom import Watch
from giamsat.front.console.steps import open_request_of, steps_of
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.lib.numbers import format_number
from giamsat.lib.refusals import Refusal

ROWS_ON_A_PAGE = 100
WAITING, EVERY = "waiting", "all"


@dataclass(frozen=True, slots=True)
class Row:
    """One warning in the list."""

    id: int
    unit: Any
    sentence: str
    period_key: str
    detector_name: str
    raised_at: Any
    state: str
    urgency: str
    spark: str
    band: str
    score: float

    @property
    def url(self) -> str:
        return reverse("console:warning", args=[self.id])

    @property
    def icon(self) -> str:
        return URGENCY_ICONS[self.urgency]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which warnings are looked at."""

    state: str
    detector: str
    page: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Asked":
        states = (WAITING, *WarningState.values, EVERY)
        return cls(
            one_of(asked.get("state", ""), states, _("states")) or WAITING,
            one_of(asked.get("detector", ""), early_warning.detectors(), _("kinds of warning")),
            page_asked(asked),
        )

    @property
    def query(self) -> str:
        return urlencode({"state": self.state, "detector": self.detector})


@login_required
@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    viewer.require_anywhere("warning.read")
    number = outbox.last_number()
    asked = Asked.of(request.GET)
    context = _list_context(viewer, asked)
    context |= {
        "states": [(WAITING, _("waiting for a decision")), *WarningState.choices, (EVERY, _("all"))],
        "detectors": [
            (code, each.name.get(viewer.language, code)) for code, each in early_warning.detectors().items()
        ],
        "as_of": parts.as_of(viewer),
        "live_address": f"{reverse('console:warnings_stream')}?{asked.query}&page={quote(asked.page)}&since={number}",
    }
    return render(request, "console/warnings.html", context)


def watch(viewer: Viewer, asked: Mapping[str, str]) -> Watch:
    """What an open list of warnings follows; alike for all with the same scope."""
    viewer.require_anywhere("warning.read")
    chosen = Asked.of(asked)
    return Watch(
        key=("warnings", chosen, viewer.language, viewer.scope.key()),
        reckon=lambda: _reckon(viewer.now(), chosen),
    )


def _reckon(viewer: Viewer, asked: Asked) -> Changes:
    with one_look(), override(viewer.language):
        context = _list_context(viewer, asked)
        open_words = context["open_words"]
        return parts.drawn(
            viewer, {"warning-list": "console/_warning_list.html"}, context, **{"warnings.open": open_words}
        )


def _list_context(viewer: Viewer, asked: Asked) -> dict[str, Any]:
    page = Paginator(_chosen(viewer, asked), ROWS_ON_A_PAGE).get_page(asked.page)
    count = page.paginator.count
    return {
        "rows": _rows(viewer, page.object_list, early_warning.detectors()),
        "page": page,
        "chosen": asked,
        "query": asked.query,
        "open_words": ngettext("%(n)s warning", "%(n)s warnings", count)
        % {"n": format_number(count, viewer.language)},
    }


@login_required
@require_safe
def warnings_csv(request: HttpRequest) -> HttpResponseBase:
    viewer = viewer_of(request)
    viewer.require_anywhere("warning.read")
    asked = Asked.of(request.GET)
    detectors = early_warning.detectors()
    header = [_("Unit code"), _("Unit"), _("Period"), _("What"), _("Kind"), _("Raised"), _("State")]
    table = (
        [row.unit.code, row.unit.name(viewer.language), row.period_key, row.sentence, row.detector_name,
         row.raised_at, WarningState(row.state).label]
        for batch in in_batches(_chosen(viewer, asked))
        for row in _rows(viewer, batch, detectors)
    )  # fmt: skip
    return recorded_csv(viewer, "warnings", header, table, asked=asked.query)


@login_required
@require_safe
def warning(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _page(request, viewer, early_warning.warning_for(viewer.account, number, at=viewer.at))


@login_required
@require_POST
def warning_dismiss(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = early_warning.warning_for(viewer.account, number, at=viewer.at)
    viewer.require("warning.dismiss", found.unit)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, status=422, reason_form=form)
    try:
        services.dismiss(
            found,
            reason=form.cleaned_data["reason"],
            by=viewer.account,
            at=viewer.at,
            seen_acts=acts_seen(request),
        )
    except Refusal as refusal:
        return _page(request, viewer, found, status=refusal.status, reason_form=form, act_refusal=refusal)
    return redirect("console:warning", number)


@login_required
@require_POST
def warning_request(request: HttpRequest, number: int) -> HttpResponse:
    """Ask the unit for an explanation by a day."""
    viewer = viewer_of(request)
    found = early_warning.warning_for(viewer.account, number, at=viewer.at)
    viewer.require("warning.request_explanation", found.unit)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, status=422, ask_form=form)
    try:
        services.request_explanation(found, by=viewer.account, at=viewer.at, **form.cleaned_data)
    except Refusal as refusal:
        return _page(request, viewer, found, status=refusal.status, ask_form=form, act_refusal=refusal)
    return redirect("console:warning", number)


def _page(
    request: HttpRequest, viewer: Viewer, found: Any, *, status: int = 200, **typed: Any
) -> HttpResponse:
    if status != 200:  # the warning may have been decided by another person meanwhile
        found = early_warning.warning_for(viewer.account, found.pk, at=viewer.at)
    may = early_warning.may(viewer.scope, found)
    corresponds = viewer.may("request.read", found.unit)
    context = {
        "warning": found,
        "unit": found.unit,
        "steps": steps_of(found, words=corresponds),
        "shows_evidence": viewer.may("report.read", found.unit),
        "happened": history.of_warning(found),
        "may_ask": may["request"],
        "may_dismiss": may["dismiss"],
        "would_withdraw": open_request_of(found),
        "ask_form": AskForm(initial={"due_on": AskForm.usual_due_on()}),
        "reason_form": ReasonForm(),
        **Evidence.of(viewer, found, Subjects.now()).as_context(),
        **typed,
    }
    return render(request, "console/warning.html", context, status=status)


def _chosen(viewer: Viewer, asked: Asked) -> Any:
    """Undecided ones unless asked otherwise, the furthest out of line first."""
    found = early_warning.warnings_in(viewer.scope)
    if asked.state == WAITING:
        found = found.filter(state__in=UNDECIDED)
    elif asked.state != EVERY:
        found = found.filter(state=asked.state)
    if asked.detector:
        found = found.filter(detector=asked.detector)
    return found.order_by("-score", "-raised_at", "id")


def _rows(viewer: Viewer, found: Any, detectors: Any) -> list[Row]:
    subjects = Subjects.now()
    return [
        Row(
            id=each.pk,
            unit=each.unit,
            sentence=subjects.in_words(each, viewer.language),
            period_key=each.period_key,
            detector_name=detectors[each.detector].name.get(viewer.language, each.detector)
            if each.detector in detectors
            else each.detector,
            raised_at=each.raised_at,
            state=each.state,
            urgency=urgency_of(each),
            spark=spark_of(each) if viewer.may("report.read", each.unit) else "",
            band=band_of(each),
            score=each.score,
        )
        for each in found
    ]
