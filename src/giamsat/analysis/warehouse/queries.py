"""Published figures. Everything is read from one generation, the newest when the question was asked.

These reads know no viewer: callers ask for what a viewer may see, and hide small cells before showing them.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from giamsat.analysis.warehouse import outsiders, sql, upstream
from giamsat.analysis.warehouse.choices import Level, Shape, State
from giamsat.analysis.warehouse.errors import ConsolidatedIsNotAdded, RatioIsNotAdded
from giamsat.analysis.warehouse.models import DataFile, Generation, Waiting
from giamsat.analysis.warehouse.reader import Snapshot, look, newest, newest_snapshot, one_generation
from giamsat.analysis.warehouse.rules import least_settled, period_code, period_of, want_joining
from giamsat.intake.sources.choices import Basis
from giamsat.lib.periods import Period

__all__ = [
    "Basis",
    "Level",
    "PublishedFigure",
    "State",
    "Status",
    "figures",
    "newest",
    "one_generation",
    "states_of_sums",
    "status",
    "veiled_cells",
]

PeriodLike = Period | str


@dataclass(slots=True)
class PublishedFigure:
    """One published figure and how far it can be trusted.

    ``place`` names what it is of: a unit's id as text (also for a point with all below it), a region's code,
    empty for the country, or the caller's own group; ``unit_id`` is set where it is one unit's or point's.
    ``value`` is None where reports are due but none gives a value. ``state`` is that of the least settled report in it.
    ``outside`` is what outsiders are told, without reports that wait for company (``waiting`` of those ``reported``);
    ``veiled``, not even that. They are found only ``for_outsiders``; else a figure of persons counts as veiled.
    """

    place: str
    unit_id: int | None
    period_key: str
    indicator: str
    breakdown: str
    value: Decimal | None
    state: State | None
    reported: int
    expected: int
    as_of: datetime
    generation: int
    added: bool
    outside: Decimal | None = None
    veiled: bool = True
    waiting: int = 0

    @property
    def complete(self) -> bool:
        return self.reported >= self.expected


def figures(
    indicators: Iterable[str],
    periods: Iterable[PeriodLike],
    *,
    level: Level | str | None = None,
    units: Iterable[int] | None = None,
    breakdown: str = "",
    basis: Basis | str = Basis.OWN,
    group_by: Mapping[int, str] | None = None,
    for_outsiders: bool = False,
) -> list[PublishedFigure]:
    """Figures by place, period and indicator, in that order of the periods and codes.

    ``level`` country, region or point gives roll-ups of everything under it (``units`` may name the points);
    level unit, or ``units`` alone, gives what those units reported themselves. ``group_by`` adds units up under the
    caller's names. Nothing is ever added over periods: flow figures are cumulative, stocks stand on a day.
    """
    asked = _asked(indicators, periods, breakdown)
    named = None if units is None else sorted(set(units))
    if not asked.indicators or not asked.periods or named == []:
        return []
    height = Level(level) if level else Level.UNIT
    added = group_by is not None or height != Level.UNIT
    own = Basis(basis) == Basis.OWN
    if added and own:
        _refuse_ratios(asked.indicators)
    if added and not own and not (height == Level.POINT and group_by is None):
        raise ConsolidatedIsNotAdded
    with newest_snapshot() as snapshot:
        if snapshot is None:
            return []
        if height == Level.UNIT or not own:
            members = _members(named, group_by)
            rows = _unit_rows(snapshot, asked, Basis(basis), members, points_only=height == Level.POINT)
        else:
            rows = _place_rows(snapshot, asked, height, named)
        found = [_figure(snapshot, asked, height, row, grouped=group_by is not None) for row in rows]
        if for_outsiders and group_by is None:
            _look_from_outside(found, snapshot, asked, height, basis=Basis(basis), units=named)
        return found


def states_of_sums(periods: Iterable[Period]) -> dict[Period, Hashable]:
    """What the sums of each period stand on: while it is the same, so are figures asked ``for_outsiders`` of places.

    Nothing of a period that nothing was published of yet.
    """
    codes, known = {period: period_code(period) for period in periods}, look().states
    if unknown := set(codes.values()) - known.keys():
        with newest_snapshot() as snapshot:
            known |= outsiders.states_of_sums(snapshot, unknown) if snapshot else {}
    return {period: known[code] for period, code in codes.items() if code in known}


@dataclass(frozen=True, slots=True)
class Status:
    """How the warehouse is: for the board of systems and for the doctor."""

    generation: int | None
    published_at: datetime | None
    waiting: int
    files: int
    changes: int
    cells: int
    size: int


def status() -> Status:
    """What is published and how much news waits."""
    live = list(DataFile.objects.filter(dropped=None).order_by("id"))
    generation = newest()
    return Status(
        generation=generation.number if generation else None,
        published_at=generation.published_at if generation else None,
        waiting=Waiting.objects.values("report_id").distinct().count(),
        files=len(live),
        changes=sum(file.shape == Shape.CHANGE for file in live),
        cells=sum(file.cells for file in live),
        size=sum(file.size for file in live),
    )


def published_years() -> list[int]:
    """The years that have files."""
    live = DataFile.objects.filter(dropped=None)
    return sorted(set(live.values_list("year", flat=True)))


def anything_waits() -> bool:
    """Whether there is news that is not published yet."""
    return Waiting.objects.exists()


def years_to_join() -> list[int]:
    """Years with so many changes that their readers would be slowed."""
    changes = DataFile.objects.filter(dropped=None, shape=Shape.CHANGE).order_by().values("year")
    counted = changes.annotate(files=Count("pk"), changed=Sum("cells")).order_by("year")
    return [row["year"] for row in counted if want_joining(row["files"], row["changed"])]


def generation(number: int) -> Generation | None:
    """A generation by its number, as evidence names it; None when its row is no longer kept."""
    return Generation.objects.filter(pk=number).first()


def veiled_cells(version_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Cells, by their keys, that outsiders are not shown of each version that was published; others they are not
    shown at all."""
    return outsiders.of_versions(version_ids)


@dataclass(frozen=True)
class _Asked:
    indicators: tuple[str, ...]
    periods: tuple[int, ...]
    breakdown: str
    breakdown_number: int
    persons: frozenset[str]

    @property
    def years(self) -> set[int]:
        return {code // 100 for code in self.periods}


def _asked(indicators: Iterable[str], periods: Iterable[PeriodLike], breakdown: str) -> _Asked:
    codes = tuple(sorted({period_code(_period(period)) for period in periods}))
    names = tuple(sorted(set(indicators)))
    persons = frozenset(outsiders.persons(names))
    return _Asked(names, codes, breakdown, upstream.breakdown_number(breakdown), persons)


def _period(period: PeriodLike) -> Period:
    return period if isinstance(period, Period) else Period.parse(period)


def _refuse_ratios(indicators: Sequence[str]) -> None:
    for code in sorted(upstream.ratios().intersection(indicators)):
        raise RatioIsNotAdded(code)


def _members(
    units: Iterable[int] | None, group_by: Mapping[int, str] | None
) -> tuple[list[int], list[str]] | None:
    """Units and the names they are added up under; None for every unit under its own."""
    if units is None and group_by is None:
        return None
    ids = sorted(set(units if units is not None else group_by or ()))
    names = group_by or {}
    return ids, [names.get(unit_id, str(unit_id)) for unit_id in ids]


def _unit_rows(
    snapshot: Snapshot,
    asked: _Asked,
    basis: Basis,
    members: tuple[list[int], list[str]] | None,
    *,
    points_only: bool,
) -> list[tuple[Any, ...]]:
    head = snapshot.tables("facts", "reports", "obliged", "carried", years=asked.years)
    if members is not None:
        snapshot.give("given", unit_id=members[0], place=members[1])
    query = sql.of_units(
        head,
        asked.indicators,
        asked.periods,
        asked.breakdown_number,
        basis=basis.value,
        everyone=members is None,
        points_only=points_only,
    )
    return snapshot.ask(query)


def _place_rows(
    snapshot: Snapshot, asked: _Asked, height: Level, units: Iterable[int] | None
) -> list[tuple[Any, ...]]:
    head = snapshot.tables("sums", "coverage", "carried", years=asked.years)
    if units is not None:
        snapshot.give("given", place=[str(unit_id) for unit_id in units])
    query = sql.of_places(
        head,
        asked.indicators,
        asked.periods,
        asked.breakdown_number,
        level=height.value,
        some=units is not None,
    )
    return snapshot.ask(query)


def _look_from_outside(
    found: Sequence[PublishedFigure],
    snapshot: Snapshot,
    asked: _Asked,
    height: Level,
    *,
    basis: Basis,
    units: Sequence[int] | None,
) -> None:
    """Say of each figure of persons what outsiders are told."""
    codes = asked.persons
    if not codes:
        return
    if height == Level.UNIT or basis != Basis.OWN:
        shown = outsiders.of_units(
            snapshot.number,
            codes,
            breakdown=asked.breakdown,
            periods=asked.periods,
            basis=basis.value,
            unit_ids=units,
        )
        for each in found:
            if each.indicator in codes:
                where = (each.place, period_code(_period(each.period_key)), each.indicator)
                each.outside, each.veiled = each.value, each.value is not None and where not in shown
        return
    outside = outsiders.of_places(snapshot, height, codes, asked.breakdown_number, asked.periods)
    for each in found:
        if each.indicator in codes:
            where = (each.place, period_code(_period(each.period_key)), each.indicator)
            held, fresh = outside.held.get(where, (Decimal(0), 0))
            known = each.value is not None and (not held or each.reported > fresh)
            each.outside = each.value - held if known else None  # type: ignore[operator]
            each.veiled, each.waiting = where in outside.veiled, fresh


def _figure(
    snapshot: Snapshot, asked: _Asked, height: Level, row: tuple[Any, ...], *, grouped: bool
) -> PublishedFigure:
    place, period, indicator, value, expected, provisional, consolidated, locked = row
    one_unit = height in (Level.UNIT, Level.POINT) and not grouped
    of_persons = indicator in asked.persons
    return PublishedFigure(
        place=place,
        unit_id=int(place) if one_unit else None,
        period_key=period_of(period).key,
        indicator=indicator,
        breakdown=asked.breakdown,
        value=value,
        state=least_settled(provisional, consolidated, locked),
        reported=provisional + consolidated + locked,
        expected=expected,
        as_of=snapshot.figures_at,
        generation=snapshot.number,
        added=height != Level.UNIT,
        outside=None if of_persons else value,
        veiled=of_persons,
    )
