"""The first key figure over the year, held against last year."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.front.console import figures, screens
from giamsat.front.console.viewer import Viewer
from giamsat.lib.periods import Period

FEWEST_POINTS = 2


@dataclass(frozen=True)
class Trend:
    """What gs-chart draws, with its heading."""

    name: str
    note: str
    data: dict[str, Any]


def trend_of(viewer: Viewer, place: Any, period: Period) -> Trend | None:
    """Cumulative over this year and the last; None with too little to draw."""
    key = screens.keys(period)[0]
    both = figures.two_years(period)
    this_year = [each for each in both if each.year == period.year]
    indicator = catalogue.indicator(key.indicator)
    told = figures.series_of(viewer, place, key.indicator, both)
    then, now = told.values[: -len(this_year)], told.values[-len(this_year) :]
    if sum(value is not None for value in now) < FEWEST_POINTS:
        return None
    series = [{"name": str(period.year), "kind": "main", "values": now}]
    if any(value is not None for value in then):
        series.insert(0, {"name": str(period.year - 1), "kind": "compare", "values": then})
    return Trend(
        name=key.name(viewer.language),
        note=_note(told),
        data={
            "x": [_short(each, viewer.language) for each in this_year],
            "series": series,
            "unit": indicator.unit_name(viewer.language),
            "caption": f"{key.name(viewer.language)} · {period.year}",
        },
    )


def _note(told: figures.Series) -> str:
    """What the two lines are; a break that an insider would look for is named."""
    words = _("cumulative, against last year")
    return f"{words}; {told.note}" if told.note else words


def _short(period: Period, language: str) -> str:
    if period.kind == "M":
        return str(period.number)
    return period.label(language).rpartition("/")[0] or period.label(language).rpartition(" ")[0]
