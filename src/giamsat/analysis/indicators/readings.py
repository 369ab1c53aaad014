"""Definitions as loaded, and figures by their meaning: cells, ratios from their parts, increments."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from giamsat.analysis.indicators.choices import DefinitionKind
from giamsat.analysis.indicators.errors import DerivedUnknown, TargetUnknown
from giamsat.analysis.indicators.models import Definition
from giamsat.analysis.indicators.rules import Derived, Ratio, Target
from giamsat.analysis.warehouse import queries as warehouse
from giamsat.analysis.warehouse.choices import Level
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity
from giamsat.foundation.units import queries as units
from giamsat.lib.periods import Period


@dataclass(frozen=True, slots=True)
class CellFigure:
    """One published figure and how much it rests on. No value where nothing was reported.

    ``veiled``: a sum that outsiders are not told; what is worked out from it would tell it.
    ``waiting`` of the reports that are in are not in the value yet.
    ``year_so_far``: of an increment, the cumulative figure that it was taken from.
    """

    value: Decimal | None
    reported: int
    expected: int
    state: int | None
    veiled: bool = False
    waiting: int = 0
    year_so_far: Decimal | None = None

    @property
    def complete(self) -> bool:
        """Whether everybody who owes it has had it accepted: only such figures are compared."""
        return self.value is not None and self.reported >= self.expected


Cells = dict[tuple[int, str], dict[str, CellFigure]]  # (unit id, period key) → cell key → figure


def derived_indicators() -> dict[str, Derived]:
    """The newest version of every derived indicator, by code."""
    return newest_definitions(DefinitionKind.DERIVED, Derived.read)


def derived_indicator(code: str) -> Derived:
    try:
        return derived_indicators()[code]
    except KeyError:
        raise DerivedUnknown(code) from None


def targets() -> dict[str, Target]:
    """The newest version of every target, by code."""
    return newest_definitions(DefinitionKind.TARGET, Target.read)


def target(code: str) -> Target:
    try:
        return targets()[code]
    except KeyError:
        raise TargetUnknown(code) from None


def cells(
    keys: Iterable[str],
    periods: Sequence[Period],
    *,
    level: str = Level.POINT,
    unit_ids: Iterable[int] | None = None,
) -> Cells:
    """Own figures as published, added up under each unit (points) or as units reported them.

    Sums are those that everybody is told, without reports that wait for company: what is worked out from them is shown
    to everybody.
    """
    wanted: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        code, breakdown = catalogue.split_cell_key(key)
        wanted[breakdown].append(code)
    found: Cells = defaultdict(dict)
    chosen = None if unit_ids is None else list(unit_ids)
    for breakdown, codes in wanted.items():
        added = Level(level) != Level.UNIT
        rows = warehouse.figures(
            codes, periods, level=level, units=chosen, breakdown=breakdown, for_outsiders=added
        )
        for row in rows:
            key = catalogue.cell_key(row.indicator, breakdown)
            if row.unit_id is None:
                continue
            value = row.outside if added else row.value
            found[row.unit_id, row.period_key][key] = CellFigure(
                value, row.reported, row.expected, row.state, veiled=added and row.veiled, waiting=row.waiting
            )
    return found


def any_veiled(
    keys: Iterable[str], periods: Sequence[Period], *, unit_id: int, level: str = Level.UNIT
) -> bool:
    """Whether outsiders are not shown one of these figures: of a unit's own reports, or of a point's sums."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        code, breakdown = catalogue.split_cell_key(key)
        wanted[breakdown].append(code)
    return any(
        row.veiled
        for breakdown, codes in wanted.items()
        for row in warehouse.figures(
            codes, periods, level=level, units=[unit_id], breakdown=breakdown, for_outsiders=True
        )
    )


@dataclass(frozen=True, slots=True)
class DerivedFigure:
    """A ratio with its parts, and the weakest link of what it rests on."""

    ratio: Ratio
    reported: int
    expected: int
    state: int | None
    veiled: bool = False

    @property
    def complete(self) -> bool:
        return self.ratio.value is not None and self.reported >= self.expected


def derived(
    code: str,
    periods: Sequence[Period],
    *,
    level: str = Level.POINT,
    unit_ids: Iterable[int] | None = None,
) -> dict[tuple[int, str], DerivedFigure]:
    """A derived indicator recomputed from its parts for each unit and period; ratios are never added."""
    definition = derived_indicator(code)
    return {
        where: derived_of(definition, figures)
        for where, figures in cells(definition.parts, periods, level=level, unit_ids=unit_ids).items()
    }


def derived_of(definition: Derived, figures: dict[str, CellFigure]) -> DerivedFigure:
    """The same from figures at hand."""
    parts = [figures[key] for key in definition.parts if key in figures]
    ratio = definition.of({key: each.value for key, each in figures.items()})
    states = [each.state for each in parts if each.state is not None]
    weakest = min(parts, key=lambda each: each.reported / max(each.expected, 1), default=None)
    return DerivedFigure(
        ratio=ratio,
        reported=weakest.reported if weakest else 0,
        expected=weakest.expected if weakest else 0,
        state=min(states, default=None),
        veiled=any(each.veiled for each in parts),
    )


def increments(
    codes: Iterable[str],
    periods: Sequence[Period],
    *,
    level: str = Level.POINT,
    unit_ids: Iterable[int] | None = None,
) -> Cells:
    """What was added in each period: flows less the period before it in the year, stocks as they stand.

    It is complete only where both figures are, and hold every report: with those that wait left out of one alone, what
    others added would seem to have been taken back. A unit that did not exist in the period before began from nothing.
    """
    codes, chosen = list(codes), None if unit_ids is None else list(unit_ids)
    earlier = {period: period.previous_cumulative() for period in periods}
    needed = {*periods, *(before for before in earlier.values() if before)}
    found = cells(codes, sorted(needed), level=level, unit_ids=chosen)
    flows = {code for code in codes if _is_flow(code)}
    born = dict(units.all_units().order_by().values_list("pk", "valid_from"))
    added: Cells = defaultdict(dict)
    for (unit_id, key), figures in found.items():
        period = Period.parse(key)
        if period not in earlier:
            continue
        before = earlier[period]
        for code, now in figures.items():
            then = found.get((unit_id, before.key), {}).get(code) if before else None
            new = before is None or born[unit_id] > before.ends_on
            whole_year = born[unit_id] <= date(period.year, 1, 1)
            added[unit_id, key][code] = (
                now if code not in flows or new else _less(now, then, whole_year=whole_year)
            )
    return added


def _less(now: CellFigure, then: CellFigure | None, *, whole_year: bool) -> CellFigure:
    known = now.value is not None and then is not None and then.value is not None
    value = now.value - then.value if known else None  # type: ignore[operator, union-attr]
    missing = max(0, then.expected - then.reported + then.waiting) if then else now.expected
    reported = min(now.reported - now.waiting, max(0, now.expected - missing))
    so_far = now.value if whole_year else None
    return CellFigure(value, reported, now.expected, now.state, year_so_far=so_far)


def _is_flow(code: str) -> bool:
    return catalogue.indicator(catalogue.split_cell_key(code)[0]).additivity == Additivity.FLOW


def newest_definitions(kind: DefinitionKind, read: Callable[[Any], Any]) -> dict[str, Any]:
    """The newest version of each, kept until another row is there."""
    return catalogue.kept_as(_newest_of(kind, read), Definition, "code", "version")


@cache
def _newest_of(
    kind: DefinitionKind, read: Callable[[Any], Any]
) -> Callable[[list[Definition]], dict[str, Any]]:
    return lambda rows: {row.code: read(row.content) for row in rows if row.kind == kind}
