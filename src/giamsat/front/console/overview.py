"""The first page: one look at what was done, where, how good the data is, and what is late."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_GET

from giamsat.front.console import board, parts, territory
from giamsat.front.console.bulletin import Changes
from giamsat.front.console.choice import Choice, choose
from giamsat.front.console.moments import one_look
from giamsat.front.console.newsroom import EVERYWHERE, Watch
from giamsat.front.console.viewer import Viewer, viewer_of

PARTS = {
    "keys": "console/_overview_keys.html",
    "warnings": "console/_overview_warnings.html",
    "late": "console/_overview_late.html",
    "detail": "console/_overview_detail.html",
}


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    choice = choose(viewer, request.GET)
    if choice is None:
        return render(request, "console/nothing_yet.html")
    context = _context(viewer, choice) | {"periods": choice.offered, "cut_off_on": choice.cut_off_on}
    return render(request, "console/overview.html", context)


def watch(viewer: Viewer, asked: Mapping[str, str]) -> Watch | None:
    """What an open overview follows: all of it, the map included; alike for all with the same scope."""
    choice = choose(viewer, asked)
    if choice is None:
        return None
    return Watch(
        key=("overview", choice.key, viewer.language, viewer.scope.key()),
        reckon=lambda: _reckon(viewer.now(), choice),
        path=EVERYWHERE if choice.place.is_centre else choice.place.path,
    )


def _reckon(viewer: Viewer, choice: Choice) -> Changes:
    with one_look(), override(viewer.language):
        context = _context(viewer, choice)
        state = context["board"].state
        changes = parts.drawn(viewer, PARTS, context, state={"text": state.label, "state": state.code})
        return changes | territory.live_map(viewer, context["board"].map_within, choice.period)


def _context(viewer: Viewer, choice: Choice) -> dict[str, Any]:
    return {"board": board.assemble(viewer, choice), "period": choice.period}
