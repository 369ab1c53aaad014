"""Figures of points and the country over the maps: what a unit was made of counts for it.

A province that whole provinces went into had their figures before it began; and a cumulative flow of the year in
which they ended is its own since its first day with theirs as they last stood. What cannot be added like that has a
day from which it counts (``counted_from``), so that screens leave it out of comparisons, and say why.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain, product
from typing import TYPE_CHECKING

from giamsat.analysis.warehouse import queries as warehouse
from giamsat.analysis.warehouse.choices import Level
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity
from giamsat.foundation.units import queries as units
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

COUNTRY = ""  # the place of its figures
Key = tuple[str, str, str]  # place, indicator, period


@dataclass(frozen=True, slots=True)
class _Ended:
    """A point that went, whole, into one other."""

    place: str
    into: str
    until: date  # the first day on which it was no more
    taken_over: bool  # the other's figures of that year hold its own

    def stood_at(self, period: Period) -> list[Period]:
        """The cumulative periods of its last year that ``period`` reaches over, nearest first."""
        if self.taken_over or self.until.year != period.year or period.kind not in CUMULATIVE_KINDS:
            return []
        if self.until > period.ends_on:
            return []
        kinds = [Period(kind, period.year) for kind in reversed(CUMULATIVE_KINDS)]
        return [each for each in kinds if each.ends_on < self.until]


def figures_over_maps(
    codes: Sequence[str],
    periods: Sequence[Period],
    *,
    level: Level,
    unit_ids: Collection[int] | None = None,
) -> list[warehouse.PublishedFigure]:
    """Figures of the country or of points, as ``warehouse.figures`` tells outsiders of them, over the maps."""
    places = None if level == Level.COUNTRY else {str(unit_id) for unit_id in unit_ids or ()}
    ended = _ended() if places is None else list(_gone_into(places))
    earlier = {each for period in periods for one in ended for each in _told_by(one, period, places)}
    rows = _asked(codes, {*periods, *earlier}, places, ended if earlier else [])
    asked = {each.key for each in periods}
    found = {key: row for key, row in rows.items() if key[2] in asked and _is_asked_of(key[0], places)}
    for period in periods if earlier else ():
        for code in codes:
            for place, parts in _parts(code, period, ended, rows, places):
                whole = found.get((place, code, period.key))
                found[place, code, period.key] = _together(whole, parts, place, period, rows)
    return sorted(found.values(), key=lambda row: (Period.parse(row.period_key), row.indicator, row.place))


def states_of_figures(periods: Collection[Period]) -> dict[Period, Hashable]:
    """What the figures of each period over the maps stand on: while it is the same, so are they."""
    ended = _ended()
    earlier = {period: {each for one in ended for each in one.stood_at(period)} for period in periods}
    states = warehouse.states_of_sums({*periods, *chain(*earlier.values())})
    mergers = tuple(ended)
    return {
        period: (states[period], tuple((each, states.get(each)) for each in sorted(earlier[period])), mergers)
        for period in periods
        if period in states
    }


def counted_from(some: Iterable["Unit"], periods: Collection[Period]) -> dict[tuple[int, str], date]:
    """Units and periods whose cumulative flows do not begin with the year, each with the day they count from.

    A point that whole points went into has the year from its first day, except in months, which points do not report.
    """
    mergers = [each for each in _ended() if not each.taken_over]
    joined = {each.into for each in mergers}
    some = list(some)
    late = [unit for unit in some if any(unit.valid_from > date(period.year, 1, 1) for period in periods)]
    whole_years = units.counting_since_january() if late else frozenset()
    began: dict[tuple[int, str], date] = {}
    for period, unit in product(periods, some):
        day = unit.valid_from
        if unit.pk in whole_years:
            continue
        if unit.is_centre and period.kind == "M":
            day = max((each.until for each in mergers if each.until.year == period.year), default=day)
        if period.kind in CUMULATIVE_KINDS and str(unit.pk) in joined:
            continue
        if date(period.year, 1, 1) < day <= period.ends_on:
            began[unit.pk, period.key] = day
    return began


def _ended() -> list[_Ended]:
    """Every point that went into exactly one other; one that was divided is nobody's."""
    return [
        _Ended(str(each.predecessor), str(each.successor), each.until, each.taken_over)
        for each in units.mergers_of_points()
    ]


def _gone_into(places: Collection[str]) -> Iterator[_Ended]:
    """What these places were made of, over however many others it came to them."""
    ended = {each.place: each for each in _ended()}
    for each in ended.values():
        onward: _Ended | None = each
        while onward is not None:
            if onward.into in places:
                yield replace(each, into=onward.into)
            onward = ended.get(onward.into)


def _told_by(one: _Ended, period: Period, places: Collection[str] | None) -> list[Period]:
    """The periods of an ended point that tell about ``period``: itself while it stood, else as it last stood."""
    if one.until > period.ends_on:
        return [period] if places is not None else []  # the country's own sum holds it
    return one.stood_at(period)


def _asked(
    codes: Sequence[str],
    periods: Iterable[Period],
    places: Collection[str] | None,
    ended: Iterable[_Ended],
) -> dict[Key, warehouse.PublishedFigure]:
    """Figures of the places and of the points that ended, in as few questions as can be."""
    wanted, ids = (
        sorted(periods),
        sorted(int(place) for place in {*(places or ()), *(e.place for e in ended)}),
    )
    rows = warehouse.figures(codes, wanted, level=Level.POINT, units=ids, for_outsiders=True) if ids else []
    if places is None:
        rows += warehouse.figures(codes, wanted, level=Level.COUNTRY, for_outsiders=True)
    return {(row.place, row.indicator, row.period_key): row for row in rows}


def _is_asked_of(place: str, places: Collection[str] | None) -> bool:
    return place == COUNTRY if places is None else place in places


def _parts(
    code: str,
    period: Period,
    ended: Iterable[_Ended],
    known: dict[Key, warehouse.PublishedFigure],
    places: Collection[str] | None,
) -> Iterator[tuple[str, list[warehouse.PublishedFigure | None]]]:
    """What each place has from points that ended; None for one of them that has no figure."""
    flow = catalogue.indicator(code).additivity == Additivity.FLOW
    by_place: dict[str, list[warehouse.PublishedFigure | None]] = defaultdict(list)
    for one in ended:
        told = _told_by(one, period, places)
        if not told or (one.until <= period.ends_on and not flow):
            continue
        rows = [known.get((one.place, code, each.key)) for each in told]
        last = next((row for row in rows if row is not None and row.value is not None), None)
        by_place[COUNTRY if places is None else one.into].append(last)
    for place, parts in by_place.items():
        if any(parts):
            yield place, parts


def _together(
    whole: warehouse.PublishedFigure | None,
    parts: Sequence[warehouse.PublishedFigure | None],
    place: str,
    period: Period,
    asked: dict[Key, warehouse.PublishedFigure],
) -> warehouse.PublishedFigure:
    """The place's own row with what the ended points add. A missing part leaves the sum incomplete.

    Of the country outsiders are told the sum in which those points stood, or are not, whatever each of them was.
    """
    known = [row for row in parts if row is not None]
    rows = [whole, *known] if whole is not None else known
    first = rows[0]
    counted = rows if whole is None else [whole]
    missing = len(parts) - len(known)
    told = known if place else [asked[COUNTRY, row.indicator, row.period_key] for row in known]
    return replace(
        first,
        place=place,
        unit_id=int(place) if place else None,
        period_key=period.key,
        value=_sum(row.value for row in rows),
        outside=_sum(row.outside for row in rows),
        veiled=any(row.veiled for row in (*told, *([whole] if whole is not None else []))),
        state=min((row.state for row in rows if row.state is not None), default=None),
        reported=sum(row.reported for row in counted),
        expected=sum(row.expected for row in counted) + missing,
    )


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    """None as soon as one is unknown: a part of a sum is not the sum."""
    listed = list(values)
    known = [value for value in listed if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(listed) else None
