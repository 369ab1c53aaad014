"""Units: finding one, the list below a place, and a unit's own page read from PostgreSQL by key."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from giamsat.foundation.outbox import queries as outbox
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import POINT_LEVEL, Topic
from giamsat.front.console import parts, targets, unit_board
from giamsat.front.console.addresses import unit_address
from giamsat.front.console.bulletin import Changes
from giamsat.front.console.choice import Choice, choose, one_of
from giamsat.front.console.moments import one_look
from giamsat.front.console.newsroom import EVERYWHERE, Watch
from giamsat.front.console.templatetags.desk import named
from giamsat.front.console.viewer import Viewer, language, viewer_of
from giamsat.intake.sources import queries as sources

MOST_SUGGESTIONS = 12
FEWEST_LETTERS = 2
PARTS = {
    "unit-keys": "console/_unit_keys.html",
    "unit-history": "console/_unit_history.html",
    "unit-figures": "console/_unit_figures.html",
    "unit-below": "console/_unit_below.html",
    "unit-side": "console/_unit_side.html",
}


@login_required
@require_GET
def suggestions(request: HttpRequest) -> JsonResponse:
    """Units whose name holds what was typed and whose page this person may open; accents do not matter."""
    viewer = viewer_of(request)
    text = request.GET.get("q", "").strip()[:80]
    found = list(units.search(text)[: MOST_SUGGESTIONS * 4]) if len(text) >= FEWEST_LETTERS else []
    found = [unit for unit in found if viewer.may("report.read", unit) or viewer.may("aggregate.read", unit)]
    found = found[:MOST_SUGGESTIONS]
    above = _names_above(found)
    words = {code: word.name(language()) for code, word in units.words(Topic.KIND).items()}
    answer = [
        {
            "name": named(unit),
            "place": " · ".join(filter(None, (words.get(unit.kind, ""), above.get(unit.pk, "")))),
            "href": unit_address(unit),
        }
        for unit in found
    ]
    return JsonResponse({"units": answer}, json_dumps_params={"ensure_ascii": False})


@login_required
@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """Everything directly below a place, as an instrument: who has reported, how good it is, what is open."""
    viewer = viewer_of(request)
    choice = choose(viewer, request.GET)
    if choice is None:
        return render(request, "console/nothing_yet.html")
    rows = unit_board.rows(viewer, choice)
    context = {
        "choice": choice,
        "period": choice.period,
        "periods": choice.offered,
        "cut_off_on": choice.cut_off_on,
        "rows": rows,
        "line": units.ancestors(choice.place),
    }
    return render(request, "console/units.html", context)


@login_required
@require_GET
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: its figures, their history, the quality under them, its reports, what is open about it."""
    viewer = viewer_of(request)
    choice = _unit_choice(viewer, code, request.GET)
    if choice is None:
        return render(request, "console/nothing_yet.html")
    number = outbox.last_number()
    context = _context(viewer, choice, _form(choice, request.GET))
    context |= {
        "periods": choice.offered,
        "cut_off_on": choice.cut_off_on,
        "line": units.ancestors(choice.place),
        "targets": targets.rows(viewer, choice.period, [choice.place])
        if choice.place.level == POINT_LEVEL
        else [],
        "as_of": parts.as_of(viewer),
        "live_address": f"{reverse('console:unit_stream', args=[code])}?{_query(request)}since={number}",
    }
    return render(request, "console/unit.html", context)


def watch(viewer: Viewer, asked: Mapping[str, str], code: str) -> Watch | None:
    """What an open unit page follows. Its scores are read for the person, so nobody shares it with another."""
    choice = _unit_choice(viewer, code, asked)
    if choice is None:
        return None
    form = _form(choice, asked)
    return Watch(
        key=("unit", choice.key, form, viewer.language, viewer.account.pk, viewer.scope.key()),
        reckon=lambda: _reckon(viewer.now(), choice, form),
        path=EVERYWHERE if choice.place.is_centre else choice.place.path,
    )


def _reckon(viewer: Viewer, choice: Choice, form: str) -> Changes:
    with one_look(), override(viewer.language):
        context = _context(viewer, choice, form)
        state = context["page"].state
        return parts.drawn(viewer, PARTS, context, state={"text": state.label, "state": state.code})


def _unit_choice(viewer: Viewer, code: str, asked: Mapping[str, str]) -> Choice | None:
    """The unit, if this person may read at least its aggregate, and the period asked for."""
    unit = units.unit_by_code(code, vintage=asked.get("vintage"))
    if not viewer.may("report.read", unit):
        viewer.require("aggregate.read", unit)
    choice = choose(viewer, {"period": asked.get("period", ""), "place": ""})
    return choice and Choice(unit, choice.period, choice.cut_off_on, choice.offered)


def _form(choice: Choice, asked: Mapping[str, str]) -> str:
    """Which of the forms that the unit reports for the period is laid out."""
    owed = [f"{each.form_code}.{each.basis}" for each in sources.obligations_of(choice.place, choice.period)]
    return one_of(asked.get("form", ""), owed, _("forms of this unit and period"))


def _context(viewer: Viewer, choice: Choice, form: str) -> dict[str, Any]:
    detail = viewer.may("report.read", choice.place)
    return {
        "page": unit_board.assemble(viewer, choice, form, detail=detail),
        "unit": choice.place,
        "detail": detail,
        "period": choice.period,
    }


def _query(request: HttpRequest) -> str:
    """What this page was asked for, to be asked again."""
    asked = "&".join(
        f"{name}={quote(request.GET[name])}" for name in ("vintage", "period", "form") if name in request.GET
    )
    return f"{asked}&" if asked else ""


def _names_above(found: list[Any]) -> dict[int, str]:
    """The name of the unit directly above each; one question for all."""
    paths = {unit.pk: unit.path[: -unit.steplen] for unit in found if not unit.is_centre}
    by_path = {unit.path: named(unit) for unit in units.all_units().filter(path__in=set(paths.values()))}
    return {pk: by_path.get(path, "") for pk, path in paths.items()}
