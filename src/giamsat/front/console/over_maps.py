"""Figures both ways: as the map was, and like for like on the map of today, period by period or point by point."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from giamsat.analysis.indicators import queries as indicators
from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.front.console import screens
from giamsat.front.console.choice import Choice, choose, one_of
from giamsat.front.console.figures import figure_text
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.lib.periods import Period

MOST_PERIODS = 24


@dataclass(frozen=True)
class Line:
    """One period of a unit, or one point of the country, both ways."""

    name: str
    as_was: str
    like_for_like: str
    why: str


@login_required
@require_safe
def over_maps(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator of a unit over the periods; of the centre, of every point in one period."""
    viewer = viewer_of(request)
    place = units.unit_by_code(code, vintage=request.GET.get("vintage"))
    if not place.is_point and not place.is_centre:
        viewer.require("report.read", place)
    elif not viewer.may("report.read", place):
        viewer.require("aggregate.read", place)
    choice = choose(viewer, {"period": request.GET.get("period", ""), "place": ""})
    if choice is None:
        return render(request, "console/nothing_yet.html")
    offered = {key.indicator: key.name(viewer.language) for key in screens.keys(choice.period)}
    asked = one_of(request.GET.get("indicator", ""), offered, _("indicators")) or next(iter(offered))
    context = {
        "unit": place,
        "line": units.ancestors(place),
        "period": choice.period,
        "periods": choice.offered,
        "cut_off_on": choice.cut_off_on,
        "indicator": catalogue.indicator(asked),
        "chosen": asked,
        "offered": offered.items(),
        "lines": _of_points(viewer, choice, asked) if place.is_centre else _of(viewer, place, choice, asked),
        "former_names": units.former_names(place),
    }
    return render(request, "console/over_maps.html", context)


def _of(viewer: Viewer, place: Any, choice: Choice, code: str) -> list[Line]:
    """The periods of the kind chosen, the newest first."""
    periods = [each for each in choice.offered if (each.kind == "M") == (choice.period.kind == "M")]
    periods = periods[:MOST_PERIODS]
    if place.is_point:
        found = indicators.both_ways([code], periods, [place.pk])
    else:
        found = indicators.both_ways_of_unit([code], periods, place.pk)
    known = {each.period_key: each for each in found}
    return [
        _line(viewer, place, period.label(viewer.language), period, known.get(period.key))
        for period in periods
    ]


def _of_points(viewer: Viewer, choice: Choice, code: str) -> list[Line]:
    """Every point that stands today, and those of then that do not stand any more."""
    points = {unit.pk: unit for unit in (*units.points(viewer.today), *units.points(choice.cut_off_on))}
    found = indicators.both_ways([code], [choice.period], points)
    known = {int(each.place): each for each in found}
    return [
        _line(viewer, unit, unit.name(viewer.language), choice.period, known.get(pk))
        for pk, unit in points.items()
    ]


def _line(viewer: Viewer, place: Any, name: str, period: Period, both: Any) -> Line:
    if both is None:
        return Line(name, "–", "–", "")
    as_was = figure_text(viewer.lens.figure(both.as_was, place), viewer.language)
    if both.divided:
        like = "–"
    elif _is_withheld(viewer, both):
        like = str(access.SUPPRESSED.text)
    else:
        like = figure_text(viewer.lens.figure(both.like_for_like, place), viewer.language)
    if place.valid_to is not None and not both.divided:
        like = "–"
    return Line(name, as_was, like, _why(viewer, place, period, both))


def _is_withheld(viewer: Viewer, both: Any) -> bool:
    """Where the two differ by hidden cells, or by so few units that this person must be allowed to read them."""
    return both.withheld or not both.of_few <= viewer.scope.unit_ids


def _why(viewer: Viewer, place: Any, period: Period, both: Any) -> str:
    """What makes the two differ, or why there is only one."""
    if place.valid_to is not None:
        return _("ended on %(day)s; like for like its figures count for what it went into") % {
            "day": f"{place.valid_to:%d/%m/%Y}"
        }
    if both.divided:
        return _("something was divided between places: nobody knows which part was whose")
    if _is_withheld(viewer, both):
        return _("the difference would tell the figures of fewer than three units, or a withheld one")
    if both.moved:
        return _("%(n)s units that count elsewhere today") % {"n": both.moved}
    if both.as_was is None and both.like_for_like is not None:
        return _("did not stand yet: figures of the units that went into it")
    return ""
