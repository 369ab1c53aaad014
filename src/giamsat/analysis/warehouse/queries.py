"""Published figures. Everything is read from one generation, the newest when the question was asked.

These reads know no viewer: callers ask for what a viewer may see, and hide small cells before showing them.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.db.models import Count, Sum

from giamsat.analysis.warehouse import outsiders
from giamsat.analysis.warehouse.choices import Level, Shape, State
from giamsat.analysis.warehouse.models import DataFile, Generation, Waiting
from giamsat.analysis.warehouse.question import PeriodLike, Question, question_of
from giamsat.analysis.warehouse.reader import Snapshot, look, newest, newest_snapshot, one_generation
from giamsat.analysis.warehouse.rules import least_settled, period_code, period_of, want_joining
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.queries import Cell
from giamsat.lib.periods import Period

__all__ = [
    "Basis",
    "Level",
    "PublishedFigure",
    "State",
    "Status",
    "figures",
    "hidden_from_outsiders",
    "newest",
    "one_generation",
    "states_of_sums",
    "status",
    "table",
    "veiled_cells",
]

COLUMNS = pa.schema(
    [
        ("place", pa.string()),
        ("period", pa.dictionary(pa.int32(), pa.string())),
        ("indicator", pa.string()),
        ("value", pa.decimal128(38, 4)),
        *((name, pa.int64()) for name in ("expected", "provisional", "consolidated", "locked")),
    ]
)


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
    question = question_of(
        indicators, periods, level=level, units=units, breakdown=breakdown, basis=basis, group_by=group_by
    )
    with newest_snapshot() as snapshot:
        if snapshot is None or question is None:
            return []
        rows = zip(*(column.to_pylist() for column in question.put_to(snapshot).columns), strict=True)
        make = _Maker(snapshot, question)
        found = [make.figure(row) for row in rows]
        if for_outsiders and group_by is None:
            _look_from_outside(found, snapshot, question)
        return found


def table(
    indicators: Iterable[str],
    periods: Iterable[PeriodLike],
    *,
    level: Level | str | None = None,
    units: Iterable[int] | None = None,
    breakdown: str = "",
    basis: Basis | str = Basis.OWN,
    group_by: Mapping[int, str] | None = None,
) -> pa.Table:
    """The figures that ``figures`` gives, whole, as columns: for thousands at a time, a tenth of the work.

    Columns place, period (its key), indicator, value, expected, provisional, consolidated, locked: the value as a
    decimal, null where reports are due but none gives one; of ``expected`` reports so many stand in each state.
    """
    question = question_of(
        indicators, periods, level=level, units=units, breakdown=breakdown, basis=basis, group_by=group_by
    )
    with newest_snapshot() as snapshot:
        if snapshot is None or question is None:
            return COLUMNS.empty_table()
        found = question.put_to(snapshot)
    codes = found["period"].combine_chunks().dictionary_encode()
    keys = pa.array([period_of(code).key for code in codes.dictionary.to_pylist()], pa.string())
    named = pa.DictionaryArray.from_arrays(codes.indices, keys)
    return found.set_column(found.schema.get_field_index("period"), "period", named).cast(COLUMNS)


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


def hidden_from_outsiders(cells: Iterable[Cell], veiled: frozenset[str] | None) -> list[bool]:
    """For each cell of a version whether outsiders see its mark; ``veiled`` None: the version was not published."""
    return [cell.counts_persons and (veiled is None or cell.key in veiled) for cell in cells]


def _look_from_outside(found: Sequence[PublishedFigure], snapshot: Snapshot, asked: Question) -> None:
    """Say of each figure of persons what outsiders are told."""
    codes = asked.persons
    if not codes:
        return
    period_codes = {period_of(code).key: code for code in asked.periods}
    if asked.of_units:
        shown = outsiders.of_units(
            snapshot.number,
            codes,
            breakdown=asked.breakdown,
            periods=asked.periods,
            basis=asked.basis.value,
            unit_ids=asked.units,
        )
        for each in found:
            if each.indicator in codes:
                where = (each.place, period_codes[each.period_key], each.indicator)
                each.outside, each.veiled = each.value, each.value is not None and where not in shown
        return
    outside = outsiders.of_places(snapshot, asked.height, codes, asked.breakdown_number, asked.periods)
    for each in found:
        if each.indicator in codes:
            where = (each.place, period_codes[each.period_key], each.indicator)
            held, fresh = outside.held.get(where, (Decimal(0), 0))
            known = each.value is not None and (not held or each.reported > fresh)
            each.outside = each.value - held if known else None  # type: ignore[operator]
            each.veiled, each.waiting = where in outside.veiled, fresh


class _Maker:
    """Makes figures of one answer's rows; what they have in common is worked out once."""

    def __init__(self, snapshot: Snapshot, asked: Question) -> None:
        self.number, self.as_of = snapshot.number, snapshot.figures_at
        self.asked, self.added = asked, asked.height != Level.UNIT
        self.one_unit = asked.height in (Level.UNIT, Level.POINT) and asked.group_by is None
        self.keys = {code: period_of(code).key for code in asked.periods}

    def figure(self, row: tuple[Any, ...]) -> PublishedFigure:
        place, period, indicator, value, expected, provisional, consolidated, locked = row
        of_persons = indicator in self.asked.persons
        return PublishedFigure(
            place=place,
            unit_id=int(place) if self.one_unit else None,
            period_key=self.keys[period],
            indicator=indicator,
            breakdown=self.asked.breakdown,
            value=value,
            state=least_settled(provisional, consolidated, locked),
            reported=provisional + consolidated + locked,
            expected=expected,
            as_of=self.as_of,
            generation=self.number,
            added=self.added,
            outside=None if of_persons else value,
            veiled=of_persons,
        )
