"""Figures both ways: as the map was on the day of the report, and like for like on the map of today (decision 0032).

As the map was, a place has what stood under it then. Like for like it has what stands under it today: units that went
whole into another count where that one stands, whenever they reported. What was divided over several places counts
like for like for none of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import product

from giamsat.analysis.indicators.over_maps import figures_over_maps
from giamsat.analysis.warehouse import queries as warehouse
from giamsat.analysis.warehouse.choices import Level
from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.lib.periods import Period

Key = tuple[str, str, str]  # place, indicator, period
Step = tuple[int | None, tuple[str, ...], tuple[str, ...]]  # by which change, out of which points, into which


@dataclass(frozen=True, slots=True)
class BothWays:
    """One figure of a place and period, as the map was and like for like.

    The two differ by what moved. ``withheld``: by a cell that outsiders are not shown, so the like-for-like figure is
    nobody's. ``of_few``: by so few units that whoever sees both must be allowed to read these. ``divided``: there is no
    like-for-like figure, for something was divided between this place and another.
    """

    place: str
    indicator: str
    period_key: str
    as_was: warehouse.PublishedFigure | None
    like_for_like: warehouse.PublishedFigure | None
    moved: int = 0
    withheld: bool = False
    of_few: frozenset[int] = frozenset()
    divided: bool = False


@dataclass(frozen=True, slots=True)
class _Moved:
    """A unit that ended and went, perhaps on several steps, from place to place. Not ``whole``: it was divided.

    Its reports count for ``into`` and no more for ``out_of``; both are empty where it came back to where it stood.
    """

    unit: int
    out_of: str
    into: tuple[str, ...]
    whole: bool
    route: tuple[Step, ...]

    @property
    def passed(self) -> set[str]:
        """Every place whose figures it was ever part of, like for like."""
        return {place for _change, out_of, into in self.route for place in (*out_of, *into)}


def both_ways(codes: Sequence[str], periods: Sequence[Period], places: Collection[int]) -> list[BothWays]:
    """Figures of points over periods, by place, indicator and period, each both ways."""
    if not places:
        return []
    was = warehouse.figures(codes, periods, level=Level.POINT, units=places, for_outsiders=True)
    now = figures_over_maps(codes, periods, level=Level.POINT, unit_ids=places)
    wanted = {str(place) for place in places}
    moved = [each for each in _Ways().moved_between_points() if wanted & {*each.into, *each.passed}]
    told = _Told(_by_key(was), _by_key(now), moved, _cells(codes, periods, moved))
    return told.of(wanted, codes, periods)


def both_ways_of_unit(codes: Sequence[str], periods: Sequence[Period], unit_id: int) -> list[BothWays]:
    """The same of one unit below a point: its own figures, and with those of all that went into it."""
    was = warehouse.figures(codes, periods, level=Level.UNIT, units=[unit_id], for_outsiders=True)
    moved = list(_Ways().gone_into(unit_id))
    told = _Told(_by_key(was), _by_key(was), moved, _cells(codes, periods, moved))
    return told.of({str(unit_id)}, codes, periods)


class _Ways:
    """What went into what, and under which point it stands today."""

    @cached_property
    def ways(self) -> dict[int, list[units.Going]]:
        ways: dict[int, list[units.Going]] = defaultdict(list)
        for going in units.goings():
            ways[going.predecessor].append(going)
        return ways

    @cached_property
    def points(self) -> dict[str, int]:
        return units.points_by_path()

    @cached_property
    def step(self) -> int:
        return min(map(len, self.points), default=1)

    def moved_between_points(self) -> Iterator[_Moved]:
        """Units that went from one point to another, and points that were divided themselves."""
        for unit, goings in self.ways.items():
            path = goings[0].path
            was = self._stands(self.points[path[: self.step]])
            if len(path) <= self.step:
                if len(was) > 1:
                    yield _Moved(unit, "", was, whole=False, route=((goings[0].change, was, was),))
                continue
            into = tuple(sorted({place for going in goings for place in self._ends(going)}))
            route = self._route(unit)
            if into and into != was:
                out_of = was[0] if len(was) == 1 else ""
                yield _Moved(unit, out_of, into, len(into) == 1, route)
            elif route:
                yield _Moved(unit, "", (), whole=True, route=route)

    def gone_into(self, unit_id: int) -> Iterator[_Moved]:
        """Units that went into one, however long ago and over however many others."""
        for unit, goings in self.ways.items():
            if unit_id in self._reached(unit):
                whole = len(goings) == 1 and all(
                    len(self.ways.get(each, ())) <= 1 for each in self._reached(unit)
                )
                here = (str(unit_id),)
                yield _Moved(unit, "", here, whole, ((None, (), here),))

    def _reached(self, unit: int) -> set[int]:
        found: set[int] = set()
        waiting = [unit]
        while waiting:
            for going in self.ways.get(waiting.pop(), ()):
                found.add(going.successor)
                waiting.append(going.successor)
        return found

    def _route(self, unit: int) -> tuple[Step, ...]:
        """Every step of a unit between points, however often it ended."""
        steps: list[Step] = []
        for going in self.ways.get(unit, ()):
            out_of, into = (
                self._stands(self.points[path[: self.step]]) for path in (going.path, going.successor_path)
            )
            if out_of != into:
                steps.append((going.change, out_of, into))
            steps += self._route(going.successor)
        return tuple(steps)

    def _ends(self, going: units.Going) -> tuple[str, ...]:
        """Under which points of today a successor goes on, however often it ended as well."""
        onward = self.ways.get(going.successor)
        if onward:
            return tuple(sorted({place for each in onward for place in self._ends(each)}))
        return self._stands(self.points[going.successor_path[: self.step]])

    def _stands(self, point: int) -> tuple[str, ...]:
        """A point, or the points it went into."""
        onward = self.ways.get(point)
        if not onward:
            return (str(point),)
        return tuple(sorted({place for each in onward for place in self._stands(each.successor)}))


@dataclass(frozen=True, slots=True)
class _Told:
    """What the warehouse told: figures of places both as they are added up, and the cells of units that moved."""

    as_was: Mapping[Key, warehouse.PublishedFigure]
    like: Mapping[Key, warehouse.PublishedFigure]
    moved: Sequence[_Moved]
    cells: Mapping[tuple[int, str, str], warehouse.PublishedFigure]

    def of(self, places: Collection[str], codes: Sequence[str], periods: Sequence[Period]) -> list[BothWays]:
        found = []
        for key in product(sorted(places), codes, [period.key for period in periods]):
            passed = list(self._passed(*key))
            if passed or key in self.as_was or key in self.like:
                found.append(_one(key, self.as_was.get(key), self.like.get(key), passed))
        return found

    def _passed(
        self, place: str, code: str, period_key: str
    ) -> Iterator[tuple[_Moved, warehouse.PublishedFigure]]:
        """What reported and was, then or later, part of the place's figures."""
        for each in self.moved:
            cell = self.cells.get((each.unit, code, period_key))
            if cell is not None and place in {*each.into, *each.passed}:
                yield each, cell


def _by_key(rows: Iterable[warehouse.PublishedFigure]) -> dict[Key, warehouse.PublishedFigure]:
    return {(row.place, row.indicator, row.period_key): row for row in rows}


def _cells(
    codes: Sequence[str], periods: Sequence[Period], moved: Sequence[_Moved]
) -> dict[tuple[int, str, str], warehouse.PublishedFigure]:
    """What units that moved reported themselves, where they did."""
    ids = sorted({each.unit for each in moved})
    if not ids:
        return {}
    rows = warehouse.figures(codes, periods, level=Level.UNIT, units=ids, for_outsiders=True)
    return {(row.unit_id or 0, row.indicator, row.period_key): row for row in rows if row.value is not None}


def _one(
    key: Key,
    as_was: warehouse.PublishedFigure | None,
    base: warehouse.PublishedFigure | None,
    passed: Sequence[tuple[_Moved, warehouse.PublishedFigure]],
) -> BothWays:
    place, code, period_key = key
    told = [(each, cell) for each, cell in passed if place in {each.out_of, *each.into}]
    divided = any(not each.whole for each, _cell in told)
    figure = base
    for each, cell in () if divided else told:
        figure = _with(figure, cell, place, into=place in each.into)
    return BothWays(
        place,
        code,
        period_key,
        as_was,
        None if divided else _guarded(figure),
        moved=len(told),
        withheld=any(cell.veiled or cell.outside is None for _each, cell in told),
        of_few=_of_few(passed),
        divided=divided,
    )


def _with(
    figure: warehouse.PublishedFigure | None, cell: warehouse.PublishedFigure, place: str, *, into: bool
) -> warehouse.PublishedFigure | None:
    if figure is None:
        return replace(cell, place=place, unit_id=int(place)) if into else None
    sign = 1 if into else -1
    waits = figure.value is not None and figure.outside is None
    return replace(
        figure,
        value=_sum(figure.value, cell.value, sign),
        outside=None if waits else _sum(figure.outside, cell.outside, sign),
        reported=figure.reported + sign * cell.reported,
        expected=figure.expected + sign * cell.expected,
    )


def _sum(one: Decimal | None, other: Decimal | None, sign: int) -> Decimal | None:
    """Nothing reported counts as nothing where something is added; what is unknown stays so where it is taken away."""
    if one is None:
        return other if sign > 0 else None
    return one if other is None else one + sign * other


def _guarded(figure: warehouse.PublishedFigure | None) -> warehouse.PublishedFigure | None:
    """A sum that became small itself is shown to no outsider."""
    if figure is None or not catalogue.indicator(figure.indicator).counts_persons:
        return figure
    return replace(figure, veiled=figure.veiled or access.is_small(figure.outside))


def _of_few(passed: Sequence[tuple[_Moved, warehouse.PublishedFigure]]) -> frozenset[int]:
    """Units that went one route with fewer than two more: what was told before and after a step names them."""
    together: dict[tuple[Step, ...], set[int]] = defaultdict(set)
    for each, _cell in passed:
        together[each.route].add(each.unit)
    few = [ids for ids in together.values() if len(ids) < access.FEWEST_UNITS]
    return frozenset().union(*few)
