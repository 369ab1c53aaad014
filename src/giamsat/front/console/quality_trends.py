"""How the four scores of a place went from period to period: a chart each, and a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import Topic
from giamsat.front.console import scores
from giamsat.front.console.choice import Choice, choose, one_of
from giamsat.front.console.exports import recorded_csv
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.choices import Score
from giamsat.intake.sources import queries as sources
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

PERIODS_SHOWN = {"M": 12, "Q": 8}  # a year of months, two years of cumulative periods


@dataclass(frozen=True)
class Row:
    """The four scores of one period."""

    period: Period
    rolled: Any
    scores: list[scores.ScoreShown]


@dataclass(frozen=True)
class Trend:
    """What the page shows: of which place and level, over which periods."""

    place: Any
    level: str
    levels: dict[str, str]
    monthly: bool
    rows: list[Row]
    charts: list[tuple[str, dict[str, Any]]]

    @property
    def query(self) -> str:
        kind = "M" if self.monthly else "Q"
        return urlencode({"place": self.place.code, "level": self.level, "kind": kind})


@login_required
@require_safe
def quality_trends(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    choice = choose(viewer, request.GET)
    if choice is None:
        return render(request, "console/nothing_yet.html")
    context = {"trend": trend_of(viewer, choice, request.GET), "line": units.ancestors(choice.place)}
    return render(request, "console/quality.html", context)


@login_required
@require_safe
def quality_csv(request: HttpRequest) -> HttpResponseBase:
    viewer = viewer_of(request)
    choice = choose(viewer, request.GET)
    header = [_("Period"), *(str(name.label).capitalize() for name in Score), _("Reports")]
    rows = trend_of(viewer, choice, request.GET).rows if choice else []
    table = [
        [row.period.key, *(getattr(row.rolled, name.value) for name in Score), row.rolled.reports]
        for row in rows
    ]
    return recorded_csv(viewer, "quality", header, table, asked=request.GET.urlencode())


def trend_of(viewer: Viewer, choice: Choice, asked: Mapping[str, str]) -> Trend:
    """The scores of what a place and all below it sent, of one level or all; one question, however many periods."""
    monthly = one_of(asked.get("kind", ""), PERIODS_SHOWN, _("kinds of period")) == "M"
    levels = _levels(viewer, choice.place)
    level = one_of(asked.get("level", ""), levels, _("levels"))
    periods = _periods(viewer, monthly)
    of_level = int(level) if level else None
    mine = quality.scores_by_period(choice.place, [each.key for each in periods], level=of_level)
    rows = [
        Row(each, mine[each.key], scores.shown(mine[each.key], viewer.language))
        for each in periods
        if each.key in mine
    ]
    charts = [_chart(name, choice.place, rows, viewer.language) for name in Score]
    return Trend(choice.place, level, levels, monthly, rows[::-1], charts)


def _levels(viewer: Viewer, place: Any) -> dict[str, str]:
    """The levels of the place and of the units below it, by their numbers."""
    words = {code: word.name(viewer.language) for code, word in units.words(Topic.LEVEL).items()}
    there = units.subtree(place).order_by("level").values_list("level", flat=True).distinct()
    return {str(level): words.get(str(level), str(level)) for level in there}


def _periods(viewer: Viewer, monthly: bool) -> list[Period]:
    """The newest that are cut off, the oldest first."""
    kinds = ("M",) if monthly else CUMULATIVE_KINDS
    cut_off = sources.reporting_periods(kinds=kinds).filter(cut_off_on__lte=viewer.today)
    return [row.period for row in cut_off[: PERIODS_SHOWN["M" if monthly else "Q"]]][::-1]


def _chart(name: Score, place: Any, rows: Sequence[Row], language: str) -> tuple[str, dict[str, Any]]:
    title = str(name.label).capitalize()
    values = [getattr(row.rolled, name.value) for row in rows]
    known = [None if value is None else float(value) for value in values]
    return title, {
        "x": [row.period.label(language) for row in rows],
        "series": [{"name": place.name(language), "kind": "main", "values": known}],
        "unit": _("points of 100"),
        "caption": f"{title} · {place.name(language)}",
        "span": [_floor(known), 100],
    }


def _floor(points: Sequence[float | None]) -> int:
    """Where the scale begins: small steps are seen, and none looks like a fall to nothing."""
    weakest = min((each for each in points if each is not None), default=0.0)
    return max(0, int(weakest) // 10 * 10 - 10)
