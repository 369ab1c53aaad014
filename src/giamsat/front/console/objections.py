"""Objections to scores: the unit says what is wrong and why, the level above answers; nobody else knows of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from giamsat.front.console.exports import download
from giamsat.front.console.forms import ObjectionAnswerForm, ObjectionForm
from giamsat.front.console.report_scores import show as show_scores
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality import services
from giamsat.intake.quality.choices import ObjectionState, Part
from giamsat.lib.refusals import Refusal

MOST_ROWS = 500
PERCENT = Decimal(100)


@dataclass(frozen=True)
class Row:
    """One objection in the list."""

    objection: Any
    may_answer: bool
    today: date

    @property
    def open(self) -> bool:
        return self.objection.state == ObjectionState.OPEN

    @property
    def overdue(self) -> bool:
        return self.open and self.objection.due_on < self.today

    @property
    def part(self) -> str:
        return str(Part(self.objection.part).label)


@login_required
@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """What waits for an answer first, the oldest day first; then those that were answered."""
    viewer = viewer_of(request)
    known = quality.objections_in(viewer.scope)
    waiting = known.filter(state=ObjectionState.OPEN).order_by("due_on", "pk")
    answered = known.exclude(state=ObjectionState.OPEN).order_by("-answered_at", "-pk")
    rows = [_row(viewer, each) for each in [*waiting[:MOST_ROWS], *answered[:MOST_ROWS]]]
    return render(request, "console/objections.html", {"rows": rows, "today": viewer.today})


@login_required
@require_safe
def objection(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _page(request, viewer, number)


@login_required
@require_POST
def score_object(request: HttpRequest, number: int) -> HttpResponse:
    """The unit's head objects to a part of a report's score."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    viewer.require("report.submit", found.unit)
    form = ObjectionForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_scores(request, viewer, found, status=422, objection_form=form)
    score = quality.score_of(found.unit_id, found.form_code, found.period_key, found.basis)
    file = form.cleaned_data["file"]
    try:
        made = services.object_to(
            score, form.cleaned_data["part"], seen=form.cleaned_data["seen"], reason=form.cleaned_data["reason"],
            by=viewer.account, at=viewer.at,
            filename=file.name if file else "", content=file.read() if file else b"",
        )  # fmt: skip
    except Refusal as refusal:
        return show_scores(
            request, viewer, found, status=refusal.status, objection_form=form, act_refusal=refusal
        )
    return redirect("console:objection", made.pk)


@login_required
@require_POST
def objection_answer(request: HttpRequest, number: int) -> HttpResponse:
    """The level above upholds the assessment, or corrects it."""
    viewer = viewer_of(request)
    found = quality.objection_in(viewer.scope, number)
    viewer.require("report.accept", found.unit)
    form = ObjectionAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, number, status=422, answer_form=form)
    said = {"answer": form.cleaned_data["answer"], "by": viewer.account, "at": viewer.at}
    try:
        if form.cleaned_data["decision"] == ObjectionState.CORRECTED:
            share = form.cleaned_data["share"]
            services.correct(found, share=None if share is None else share / PERCENT, **said)
        else:
            services.uphold(found, **said)
    except Refusal as refusal:
        return _page(request, viewer, number, status=refusal.status, answer_form=form, act_refusal=refusal)
    return redirect("console:objection", number)


@login_required
@require_safe
def objection_file(request: HttpRequest, number: int) -> HttpResponse:
    """The unit's document as it came, always as a download: it is never opened inside the house."""
    viewer = viewer_of(request)
    found = quality.objection_in(viewer.scope, number)
    return download(bytes(found.content), found.filename or "objection")


def _page(
    request: HttpRequest, viewer: Viewer, number: int, *, status: int = 200, **typed: Any
) -> HttpResponse:
    row = _row(viewer, quality.objection_in(viewer.scope, number))
    found = row.objection
    report = observations.report_of(found.unit, found.form_code, found.period_key, found.basis)
    readable = report is not None and observations.is_readable(viewer.scope, report)
    context = {
        "row": row,
        "objection": found,
        "unit": found.unit,
        "was": found.share_seen * PERCENT,
        "became": None if found.share_set is None else found.share_set * PERCENT,
        "corrected": found.state == ObjectionState.CORRECTED,
        "scores_url": reverse("console:scores", args=[report.pk]) if report and readable else "",
        "answer_form": ObjectionAnswerForm(),
        "today": viewer.today,
        **typed,
    }
    return render(request, "console/objection.html", context, status=status)


def _row(viewer: Viewer, found: Any) -> Row:
    open_ = found.state == ObjectionState.OPEN
    above = viewer.scope.is_direct_superior_of(found.unit)
    return Row(found, open_ and above and viewer.may("report.accept", found.unit), viewer.today)
