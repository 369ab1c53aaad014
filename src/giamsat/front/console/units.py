"""Units: finding one, the list below a place, and a unit's own page read from PostgreSQL by key."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import Topic
from giamsat.front.console import unit_board

from .choice import Choice, choose
from .templatetags.desk import language, named
from .viewer import viewer_of

MOST_SUGGESTIONS = 12
FEWEST_LETTERS = 2


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
            "href": _address(unit),
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
    unit = units.unit_by_code(code, vintage=request.GET.get("vintage"))
    detail = viewer.may("report.read", unit)
    if not detail:
        viewer.require("aggregate.read", unit)
    choice = choose(viewer, {"period": request.GET.get("period", ""), "place": ""})
    if choice is None:
        return render(request, "console/nothing_yet.html")
    choice = Choice(unit, choice.period, choice.cut_off_on, choice.offered)
    context = {
        "page": unit_board.assemble(viewer, choice, request.GET.get("form", ""), detail=detail),
        "unit": unit,
        "detail": detail,
        "period": choice.period,
        "periods": choice.offered,
        "cut_off_on": choice.cut_off_on,
        "line": units.ancestors(unit),
    }
    return render(request, "console/unit.html", context)


def _names_above(found: list[Any]) -> dict[int, str]:
    """The name of the unit directly above each; one question for all."""
    paths = {unit.pk: unit.path[: -unit.steplen] for unit in found if unit.depth > 1}
    by_path = {unit.path: named(unit) for unit in units.all_units().filter(path__in=set(paths.values()))}
    return {pk: by_path.get(path, "") for pk, path in paths.items()}


def _address(unit: Any) -> str:
    address = reverse("console:unit", args=[unit.code])
    return address if unit.valid_to is None else f"{address}?vintage={unit.vintage}"
