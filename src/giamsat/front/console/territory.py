"""Figures on the map: provinces, then the communes of one; each as far as the viewer may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.outbox import queries as outbox
from giamsat.foundation.units import queries as units
from giamsat.front.console import changes, figures, map_notes, members, parts, screens
from giamsat.front.console.addresses import unit_address
from giamsat.front.console.bulletin import Changes
from giamsat.front.console.choice import choose
from giamsat.front.console.errors import NotOffered
from giamsat.front.console.templatetags.desk import named
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

CLASSES = 6
NONE, WITHHELD, HIDDEN = "none", "withheld", "hidden"


@login_required
@require_GET
def map_page(request: HttpRequest) -> HttpResponse:
    """The map by itself, as large as the screen."""
    viewer = viewer_of(request)
    choice = choose(viewer, request.GET)
    if choice is None:
        return render(request, "console/nothing_yet.html")
    number = outbox.last_number()
    within = request.GET.get("within", "")
    place = _place(viewer, within)
    layers = screens.layers(screens.carried(choice.period))
    drawn = screens.layer(request.GET.get("layer", ""), screens.carried(choice.period))
    context = {
        "choice": choice,
        "period": choice.period,
        "periods": choice.offered,
        "cut_off_on": choice.cut_off_on,
        "layers": layers,
        "layer": drawn.code if drawn else "",
        "whose": map_notes.whose(choice.period),
        "per_whom": map_notes.per_whom(choice.period, layers, viewer.language),
        "within": within,
        "as_of": parts.as_of(viewer),
        "live_address": f"{reverse('console:overview_stream')}"
        f"?period={choice.period.key}&place={quote(place.code)}&since={number}",
    }
    return render(request, "console/map.html", context)


@login_required
@require_GET
def map_figures(request: HttpRequest) -> HttpResponse:
    """What gs-map paints: the areas of one layer, within the country or one province."""
    viewer = viewer_of(request)
    choice = choose(viewer, request.GET)
    if choice is None:
        return JsonResponse({"title": "", "scale": {"breaks": [0]}, "areas": {}})
    place = _place(viewer, request.GET.get("within", ""))
    layer = screens.layer(request.GET.get("layer", ""), screens.carried(choice.period))
    response = JsonResponse(painted(viewer, place, choice.period, layer))
    response["Cache-Control"] = "private, no-store"
    return response


def _place(viewer: Viewer, within: str) -> Any:
    """Whose units are painted: the country's, or those of one of its places that has a map of its own."""
    if not within:
        return units.centre()
    place = units.unit_by_code(within, on=viewer.today)
    viewer.require("report.read", place)
    if not place.is_point:
        raise NotOffered(within, _("places with a map of their own"))
    return place


def painted(viewer: Viewer, place: Any, period: Period, layer: screens.Layer | None) -> dict[str, Any]:
    """Areas with value, text, mark and note; the scale; and what has no place on the map."""
    below = list(units.children(place, viewer.today))  # whose outlines are drawn
    if layer is None:
        return {
            "title": _("no form of this period has figures for the map"),
            "scale": {"breaks": [0]},
            "areas": {unit.code: _blank(viewer, unit, period) for unit in below if unit.on_map},
        }
    rows = figures.rows_below(place, below, layer.indicators, [period])
    sizes = members.counted(viewer, place, below, period) if layer.per else {}
    areas = _areas(_Picture(viewer, period, layer, sizes), below, rows)
    on_map = {unit.code for unit in below if unit.on_map}
    values = [area["value"] for code, area in areas.items() if code in on_map and area["value"] is not None]
    return {
        "title": _title(viewer, place, layer),
        "measure": _measure(layer, viewer.language),
        "period": period.label(viewer.language),
        "scale": {"breaks": classes(values)},
        "areas": {code: area for code, area in areas.items() if code in on_map},
        "off_map": [area for code, area in areas.items() if code not in on_map],
    }


def live_map(viewer: Viewer, within: str, period: Period) -> Changes:
    """Every layer of one map as a stream compares it: each area by itself, and what became of the layer."""
    place = units.unit_by_code(within, on=viewer.today) if within else units.centre()
    changes: Changes = {}
    for layer in screens.layers(screens.carried(period)):
        whole = painted(viewer, place, period, layer)
        areas = whole.pop("areas")
        changes[("layer", within, layer.code)] = whole
        changes |= {("area", within, layer.code, code): area for code, area in areas.items()}
    return changes


@dataclass(frozen=True)
class _Picture:
    """Who looks at which layer of which period, and how many members the units had."""

    viewer: Viewer
    period: Period
    layer: screens.Layer
    sizes: Mapping[int, Decimal]


def _areas(picture: _Picture, below: Sequence[Any], rows: Sequence[Any]) -> dict[str, dict[str, Any]]:
    by_unit: dict[int, list[Any]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    return {
        unit.code: _area(picture, unit, by_unit.get(unit.pk, []))
        if _is_told(picture.viewer, unit)
        else {
            **_blank(picture.viewer, unit, picture.period),
            "note": _("not among the units you may see"),
        }
        for unit in below
    }


def _is_told(viewer: Viewer, unit: Any) -> bool:
    """Whether this person is told of the unit by name, if only that it is not public; outlines are everybody's."""
    return unit.withheld or viewer.may("aggregate.read", unit) or viewer.may("report.read", unit)


def _added(viewer: Viewer, unit: Any, rows: Sequence[Any]) -> access.Shown:
    """A unit's figures of one layer together, as this viewer may see them; hidden when one of them is."""
    shown = [viewer.lens.figure(row, unit) for row in rows]
    if any(each.hidden for each in shown):
        return access.SUPPRESSED
    known = [each.value for each in shown if each.value is not None]
    return access.Shown(sum(known, Decimal(0)) if known else None)


def _blank(viewer: Viewer, unit: Any, period: Period) -> dict[str, Any]:
    """A unit on the map without a figure; its page and its communes only for those who may open them."""
    visible = viewer.may("report.read", unit)
    return {
        "name": named(unit),
        "value": None,
        "text": "–",
        "mark": NONE,
        "note": map_notes.why_blank(unit, period),
        "href": unit_address(unit, period) if visible else "",
        "drill": visible and unit.is_point and unit.on_map,
    }


def _area(picture: _Picture, unit: Any, rows: Sequence[Any]) -> dict[str, Any]:
    viewer = picture.viewer
    area = _blank(viewer, unit, picture.period)
    if unit.withheld:
        return {**area, "mark": WITHHELD, "text": _("not public"), "note": ""}
    shown = _added(viewer, unit, rows)
    if rows:
        area["note"] = _note(viewer, unit, rows)
    if shown.hidden:
        return {**area, "mark": HIDDEN, "text": shown.text}
    if shown.value is None:
        return area
    value, text = _measured(Decimal(shown.value), picture, unit)
    return {**area, "value": value, "text": text, "mark": "" if value is not None else NONE}


def _measured(value: Decimal, picture: _Picture, unit: Any) -> tuple[float | None, str]:
    """The figure itself, or per so many members; the count stands beside the rate."""
    layer, language = picture.layer, picture.viewer.language
    if not layer.per:
        return float(value), format_number(value, language)
    members = picture.sizes.get(unit.pk)
    if not members:
        return None, format_number(value, language)
    rate = value * layer.per / members
    decimals = 1 if rate >= 1 else 2
    return float(rate), f"{format_number(rate, language, decimals)} ({format_number(value, language)})"


def _note(viewer: Viewer, unit: Any, rows: Sequence[Any]) -> str:
    """Of the least settled figure of the layer; of those, the one that the fewest reports are in."""
    counted = [(row, changes.waiting_for(viewer, unit, row)) for row in rows]
    weakest, waiting = min(counted, key=lambda each: (each[0].state or 0, each[0].reported - each[1]))
    told = figures.reported_text(weakest, viewer.language, waiting)
    return f"{told} · {figures.state_shown(weakest.state).label}"


def _title(viewer: Viewer, place: Any, layer: screens.Layer) -> str:
    where = "" if place.is_centre else f"{named(place)} · "
    return f"{where}{layer.name(viewer.language)}"


def _measure(layer: screens.Layer, language: str) -> str:
    unit = catalogue.indicator(layer.indicators[0]).unit_name(language)
    if not layer.per:
        return unit
    size = screens.word("members", language)
    return _("%(unit)s per %(n)s %(size)s") % {
        "unit": unit, "n": format_number(layer.per, language), "size": size,
    }  # fmt: skip


def classes(values: Sequence[float]) -> list[float]:
    """Where each class of the scale begins: equal shares of the units, in round numbers."""
    known = sorted(values)
    if not known:
        return [0.0]
    cuts = [known[len(known) * step // CLASSES] for step in range(1, CLASSES)]
    rounded = [0.0, *(_round(cut) for cut in cuts)]
    return sorted(dict.fromkeys(rounded))


def _round(value: float) -> float:
    """Two significant digits; scales are read, not computed with."""
    return float(f"{value:.2g}")
