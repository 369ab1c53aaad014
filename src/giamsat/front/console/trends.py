"""The first key figure over the year, held against last year."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.warehouse import queries as warehouse
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.front.console import figures, screens
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

from .viewer import Viewer

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
    this_year, last_year = _year(period, period.year), _year(period, period.year - 1)
    rows = {row.period_key: row for row in figures.rows_at(place, [key.indicator], [*this_year, *last_year])}
    indicator = catalogue.indicator(key.indicator)

    def values(periods: Sequence[Period]) -> list[float | None]:
        cells = [viewer.lens.figure(rows.get(each.key), place) for each in periods]
        return [None if cell.value is None else float(cell.value) for cell in cells]

    now, then = values(this_year), values(last_year)
    if indicator.additivity == "F":
        over_maps = place.depth == 1 and period.kind != "M"
        then = _over_maps(key.indicator, last_year) if over_maps else unbroken(then)
    if sum(value is not None for value in now) < FEWEST_POINTS:
        return None
    series = [{"name": str(period.year), "kind": "main", "values": now}]
    if any(value is not None for value in then):
        series.insert(0, {"name": str(period.year - 1), "kind": "compare", "values": then})
    return Trend(
        name=key.name(viewer.language),
        note=_note(place, period),
        data={
            "x": [_short(each, viewer.language) for each in this_year],
            "series": series,
            "unit": indicator.unit_name(viewer.language),
            "caption": f"{key.name(viewer.language)} · {period.year}",
        },
    )


def _over_maps(code: str, periods: Sequence[Period]) -> list[float | None]:
    """The country's sums of a year in which units ended and began: each counts as it last stood."""
    newest = warehouse.newest()
    sums = _sums_over_maps(newest.number if newest else 0, code, tuple(periods))
    return [float(sums[code, each.key]) if (code, each.key) in sums else None for each in periods]


@lru_cache(maxsize=32)
def _sums_over_maps(
    _generation: int, code: str, periods: tuple[Period, ...]
) -> dict[tuple[str, str], Decimal]:
    return indicators.national_sums({code: set(periods)})


def unbroken(values: Sequence[float | None]) -> list[float | None]:
    """A cumulative figure that falls began anew with other units: what came before it is left out."""
    kept = list(values)
    for place, (earlier, later) in enumerate(pairwise(values)):
        if earlier is not None and later is not None and later < earlier:
            kept[: place + 1] = [None] * (place + 1)
    return kept


def _note(place: Any, period: Period) -> str:
    """What the two lines are; a break that an insider would look for is named."""
    began = (
        units.children(place, period.ends_on).filter(valid_from__year=period.year - 1).order_by("valid_from")
    )
    if (first := began.first()) is None:
        return _("cumulative, against last year")
    if place.depth == 1 and period.kind != "M":
        return _("cumulative, against last year; units that ended in it count as they last stood")
    return _("cumulative, against last year; units that began on %(day)s count from that day") % {
        "day": f"{first.valid_from:%d/%m/%Y}"
    }


def _year(period: Period, year: int) -> list[Period]:
    if period.kind == "M":
        return [Period("M", year, month) for month in range(1, 13)]
    return [Period(kind, year) for kind in CUMULATIVE_KINDS]


def _short(period: Period, language: str) -> str:
    if period.kind == "M":
        return str(period.number)
    return period.label(language).rpartition("/")[0] or period.label(language).rpartition(" ")[0]
