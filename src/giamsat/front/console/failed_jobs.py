"""Jobs that failed, in words: what was tried, why it did not go, and the two things that may be done about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from giamsat.foundation.queue import queries as queue
from giamsat.foundation.queue import services
from giamsat.foundation.units import queries as units
from giamsat.front.console.forms import ReasonForm
from giamsat.front.console.job_words import cause_in_words, task_in_words
from giamsat.front.console.viewer import Viewer, viewer_of


@dataclass(frozen=True, slots=True)
class Row:
    """One failed job as the page shows it, with the form of whoever is giving it up."""

    job: queue.FailedJob
    what: str
    cause: str
    form: ReasonForm


@login_required
@require_safe
def systems_jobs(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    viewer.require_anywhere("system.read")
    return _page(request, viewer)


@login_required
@require_POST
def systems_job_retry(request: HttpRequest, number: int) -> HttpResponse:
    """Queue it again; a second click finds it queued and changes nothing."""

    def act(viewer: Viewer) -> bool:
        return services.try_again(number, by=viewer.actor, at=viewer.at)

    return _act(request, number, act, _("Job %(number)s is queued again."))


@login_required
@require_POST
def systems_job_give_up(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    viewer.require("system.manage", units.centre())
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, status=422, typed={number: form})

    def act(viewer: Viewer) -> bool:
        return services.give_up(number, reason=form.cleaned_data["reason"], by=viewer.actor, at=viewer.at)

    return _act(request, number, act, _("Job %(number)s is given up."))


def _act(request: HttpRequest, number: int, act: Callable[[Viewer], bool], done: str) -> HttpResponse:
    viewer = viewer_of(request)
    viewer.require("system.manage", units.centre())
    if act(viewer):
        messages.success(request, done % {"number": number})
    return redirect("console:systems_jobs")


def _page(
    request: HttpRequest, viewer: Viewer, *, status: int = 200, typed: dict[int, ReasonForm] | None = None
) -> HttpResponse:
    rows = [_row(job, (typed or {}).get(job.number)) for job in queue.failed_jobs()]
    context: dict[str, Any] = {
        "waiting": [row for row in rows if row.job.given_up_at is None],
        "given_up": [row for row in rows if row.job.given_up_at],
        "may_decide": viewer.may("system.manage", units.centre()),
        "looked_at": viewer.at,
    }
    return render(request, "console/systems_jobs.html", context, status=status)


def _row(job: queue.FailedJob, typed: ReasonForm | None) -> Row:
    form = typed or ReasonForm(auto_id=f"job_{job.number}_%s")
    return Row(job, task_in_words(job.task), cause_in_words(job.kind), form)
