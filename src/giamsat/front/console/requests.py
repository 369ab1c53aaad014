"""Requests for explanation: the unit answers with words and a file; the watcher accepts or sends back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from giamsat.analysis.early_warning import queries as early_warning
from giamsat.analysis.early_warning import services
from giamsat.analysis.early_warning.choices import AWAITING_UNIT, ENDED, RequestState
from giamsat.analysis.early_warning.errors import NotAwaitingAnswer, NothingToJudge
from giamsat.front.console.before_eyes import acts_seen
from giamsat.front.console.evidence import Evidence, Subjects
from giamsat.front.console.exports import download, recorded_csv
from giamsat.front.console.forms import AnswerForm, ReasonForm
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.lib.refusals import Refusal

MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One request in the list."""

    id: int
    unit: Any
    text: str
    asked_by: str
    due_on: date
    state: str
    may_answer: bool
    may_close: bool
    today: date

    @property
    def url(self) -> str:
        return reverse("console:request", args=[self.id])

    @property
    def waiting(self) -> bool:
        return self.state in AWAITING_UNIT

    @property
    def late(self) -> bool:
        return self.waiting and self.due_on < self.today

    @property
    def for_me(self) -> bool:
        return self.may_answer or self.may_close


@login_required
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    rows = _rows(viewer, MOST_ROWS)
    whole = len(rows) if len(rows) < MOST_ROWS else _chosen(viewer).count()
    mine = sum(row.for_me for row in rows)
    context = {"rows": rows, "whole": whole, "mine": mine, "today": viewer.today}
    return render(request, "console/requests.html", context)


@login_required
@require_safe
def requests_csv(request: HttpRequest) -> HttpResponseBase:
    viewer = viewer_of(request)
    rows = _rows(viewer)
    header = [_("Unit code"), _("Unit"), _("What is asked"), _("Asked by"), _("Answer by"), _("State")]
    table = [
        [row.unit.code, row.unit.name(viewer.language), row.text, row.asked_by, row.due_on,
         RequestState(row.state).label]
        for row in rows
    ]  # fmt: skip
    return recorded_csv(viewer, "requests", header, table)


@login_required
@require_safe
def request(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _page(request, viewer, early_warning.request_for(viewer.account, number, at=viewer.at))


@login_required
@require_POST
def request_answer(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    asked = early_warning.request_for(viewer.account, number, at=viewer.at)
    viewer.require("request.answer", asked.unit)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, viewer, asked, status=422, answer_form=form)
    file = form.cleaned_data["file"]
    try:
        services.answer(
            asked,
            text=form.cleaned_data["text"],
            by=viewer.account,
            at=viewer.at,
            filename=file.name if file else "",
            content=file.read() if file else b"",
            seen_acts=acts_seen(request),
        )
    except NotAwaitingAnswer as refusal:
        if _sent_just_before(asked, viewer, form.cleaned_data["text"]):
            return redirect("console:request", number)
        return _page(request, viewer, asked, status=refusal.status, answer_form=form, act_refusal=refusal)
    except Refusal as refusal:
        return _page(request, viewer, asked, status=refusal.status, answer_form=form, act_refusal=refusal)
    return redirect("console:request", number)


@login_required
@require_POST
def request_close(request: HttpRequest, number: int) -> HttpResponse:
    """Accept the answer; the warning is closed with it."""
    viewer = viewer_of(request)
    asked = early_warning.request_for(viewer.account, number, at=viewer.at)
    viewer.require("request.close", asked.unit)
    try:
        services.accept_answer(asked, by=viewer.account, at=viewer.at, seen_acts=acts_seen(request))
    except NothingToJudge as refusal:
        asked.refresh_from_db()
        if asked.state != RequestState.CLOSED or asked.closed_by_id != viewer.account.pk:
            return _page(request, viewer, asked, status=refusal.status, act_refusal=refusal)
    except Refusal as refusal:
        return _page(request, viewer, asked, status=refusal.status, act_refusal=refusal)
    return redirect("console:request", number)


@login_required
@require_POST
def request_return(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    asked = early_warning.request_for(viewer.account, number, at=viewer.at)
    viewer.require("request.close", asked.unit)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, asked, status=422, reason_form=form)
    reason = form.cleaned_data["reason"]
    try:
        services.reject(asked, reason=reason, by=viewer.account, at=viewer.at, seen_acts=acts_seen(request))
    except NothingToJudge as refusal:
        if not _returned_just_before(asked, viewer, reason):
            return _page(request, viewer, asked, status=refusal.status, reason_form=form, act_refusal=refusal)
    except Refusal as refusal:
        return _page(request, viewer, asked, status=refusal.status, reason_form=form, act_refusal=refusal)
    return redirect("console:request", number)


@login_required
@require_safe
def answer_file(request: HttpRequest, number: int) -> HttpResponse:
    """A unit's document as it came, always as a download: it is never opened inside the house."""
    viewer = viewer_of(request)
    answer = early_warning.answer_file(viewer.account, number, at=viewer.at)
    return download(bytes(answer.content), answer.filename)


def _page(
    request: HttpRequest, viewer: Viewer, asked: Any, *, status: int = 200, **typed: Any
) -> HttpResponse:
    if status != 200:
        asked = early_warning.request_for(viewer.account, asked.pk, at=viewer.at)
    may_read = viewer.may("warning.read", asked.unit)
    context = {
        "ask": asked,
        "asked": asked.text,
        "asked_by": asked.asked_by.get_full_name(),
        "asked_at": asked.asked_at,
        "unit": asked.unit,
        "withdrawn_because": (asked.warning.verdict.reason if asked.state == RequestState.WITHDRAWN else ""),
        "waits": asked.state not in ENDED,
        "answers": [_answer(each) for each in early_warning.answers_of(asked)],
        "may_answer": asked.state in AWAITING_UNIT and viewer.may("request.answer", asked.unit),
        "may_close": asked.state == RequestState.ANSWERED and viewer.may("request.close", asked.unit),
        "answer_form": AnswerForm(),
        "reason_form": ReasonForm(),
        "today": viewer.today,
        "period_key": asked.warning.period_key,
        "warning_url": reverse("console:warning", args=[asked.warning_id]) if may_read else "",
        **Evidence.of(viewer, asked.warning, Subjects.now()).as_context(),
        **typed,
    }
    return render(request, "console/request.html", context, status=status)


def _answer(answer: Any) -> dict[str, Any]:
    return {
        "text": answer.text,
        "by": answer.by.get_full_name(),
        "at": answer.at,
        "filename": answer.filename,
        "file_url": reverse("console:answer_file", args=[answer.pk]) if answer.filename else "",
        "returned_reason": answer.returned_because,
        "returned_by": answer.returned_by.get_full_name() if answer.returned_by else "",
    }


def _sent_just_before(asked: Any, viewer: Viewer, text: str) -> bool:
    """Whether this is the same answer sent twice, as by a double click."""
    newest = early_warning.answers_of(asked).last()
    return newest is not None and newest.by_id == viewer.account.pk and newest.text == text.strip()


def _returned_just_before(asked: Any, viewer: Viewer, reason: str) -> bool:
    """Whether this person has sent the newest answer back with just this reason already."""
    newest = early_warning.answers_of(asked).last()
    return (
        newest is not None
        and newest.returned_by_id == viewer.account.pk
        and newest.returned_because == reason.strip()
    )


def _chosen(viewer: Viewer) -> Any:
    return early_warning.requests_for(viewer.account, at=viewer.at)


def _rows(viewer: Viewer, most: int | None = None) -> list[Row]:
    """What waits for this person first, then by day; where not all fit, the ended ones of longest ago stay out."""
    has_ended = Q(state__in=ENDED)
    found = list(_chosen(viewer).exclude(has_ended)[:most])
    closed = _chosen(viewer).filter(has_ended).order_by("-due_on", "-id")
    found += closed if most is None else closed[: most - len(found)]
    rows = [
        Row(
            id=each.pk,
            unit=each.unit,
            text=each.text,
            asked_by=each.asked_by.get_full_name(),
            due_on=each.due_on,
            state=each.state,
            may_answer=each.state in AWAITING_UNIT and viewer.may("request.answer", each.unit),
            may_close=each.state == RequestState.ANSWERED and viewer.may("request.close", each.unit),
            today=viewer.today,
        )
        for each in found
    ]
    return sorted(rows, key=lambda row: (not row.for_me, row.state in ENDED, row.due_on, row.id))
