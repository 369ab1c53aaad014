"""From published figures to what a detector judges: a panel for each figure, group of peers and period."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from giamsat.analysis.early_warning import rules
from giamsat.analysis.early_warning.choices import SubjectKind
from giamsat.analysis.early_warning.detectors.base import Panel
from giamsat.analysis.early_warning.rules import Watch, Watching
from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.warehouse.choices import Level
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.lib.periods import Period

FIRST_LEVEL_BELOW_POINTS = 2


def level_of(watch: Watch) -> Level:
    """Points with all below them; lower units as they themselves reported."""
    return Level.UNIT if watch.level >= FIRST_LEVEL_BELOW_POINTS else Level.POINT


class Panels:
    """The panels of one scan: what watches over the same peers read at a period is read once for all of them."""

    def __init__(self, watchings: Iterable[Watching]) -> None:
        self._codes: dict[tuple[object, ...], set[str]] = defaultdict(set)
        for watching in watchings:
            for watch in watching.watches:
                for kind in watch.period_kinds if watch.kind == SubjectKind.INDICATOR else ():
                    self._codes[*_peers(watch), kind, watching.history].add(watch.code)
        self._members: dict[tuple[object, ...], dict[int, int]] = {}
        self._sizes: dict[tuple[object, ...], np.ndarray] = {}
        self._increments: dict[tuple[object, ...], indicators.Cells] = {}

    def of(self, watch: Watch, period: Period, history: int) -> Panel | None:
        """The panel of one watch at one period; None when it is not read at that period or nobody is there."""
        if period.kind not in watch.period_kinds:
            return None
        whose = (*_peers(watch), period.ends_on)
        if whose not in self._members:
            self._members[whose] = _units(watch, period.ends_on)
        members = self._members[whose]
        if not members:
            return None
        size = (*_peers(watch), period, watch.exposure)
        if size not in self._sizes:
            self._sizes[size] = _exposure(watch, period, members)
        if watch.kind == SubjectKind.TARGET:
            return _of_target(watch, period, members, self._sizes[size])
        added = self._added(watch, period, members, history)
        return _of_indicator(watch, rules.history_of(period, history), members, self._sizes[size], added)

    def _added(self, watch: Watch, period: Period, members: dict[int, int], history: int) -> indicators.Cells:
        together = (*_peers(watch), period, history)
        if together not in self._increments:
            self._increments[together] = indicators.increments(
                sorted(self._codes[*_peers(watch), period.kind, history]),
                rules.history_of(period, history),
                level=level_of(watch),
                unit_ids=members,
            )
        return self._increments[together]


def _peers(watch: Watch) -> tuple[object, ...]:
    return watch.level, watch.peers


def counts_persons(watch: Watch) -> bool:
    """Whether the numbers shown would be counts of persons."""
    code = watch.code
    if watch.kind == SubjectKind.TARGET:
        computed = indicators.target(code).indicator
        if computed is None:
            return False
        code = indicators.derived_indicator(computed).parts[0]
    return catalogue.indicator(catalogue.split_cell_key(code)[0]).counts_persons


def rests_on_veiled(watch: Watch, unit_id: int, period_keys: Sequence[str]) -> bool:
    """Whether evidence would tell a figure that outsiders are not shown: a report's, or a sum kept from them."""
    if not counts_persons(watch):
        return False
    codes = [watch.code]
    if watch.kind == SubjectKind.TARGET:
        computed = indicators.target(watch.code).indicator
        codes = indicators.derived_indicator(computed).parts if computed else []
    periods = {Period.parse(key) for key in period_keys}
    periods |= {before for each in periods if (before := each.previous_cumulative())}
    return indicators.any_veiled(codes, sorted(periods), unit_id=unit_id, level=level_of(watch))


def _units(watch: Watch, on: date) -> dict[int, int]:
    """The units of one group of peers on a day with the number of members kept with each."""
    found = units.units_on(on).filter(level=watch.level, kind__in=watch.peers, withheld=False)
    return {pk: members or 0 for pk, members in found.order_by("pk").values_list("pk", "members")}


def _exposure(watch: Watch, period: Period, members: dict[int, int]) -> np.ndarray:
    """How large each body is: as reported with the figures, else as kept with the unit."""
    if watch.exposure == "members":
        return np.array(list(members.values()), dtype=float)
    found = indicators.cells([watch.exposure], [period], level=level_of(watch), unit_ids=members)
    sizes = []
    for unit_id in members:
        figure = found.get((unit_id, period.key), {}).get(watch.exposure)
        sizes.append(float(figure.value) if figure and figure.value is not None else 0.0)
    return np.array(sizes)


def _of_indicator(
    watch: Watch,
    periods: Sequence[Period],
    members: dict[int, int],
    sizes: np.ndarray,
    found: indicators.Cells,
) -> Panel:
    values = np.full((len(members), len(periods)), np.nan)
    complete = np.zeros(values.shape, dtype=bool)
    so_far = np.full(len(members), np.nan)
    for row, unit_id in enumerate(members):
        for column, each in enumerate(periods):
            figure = found.get((unit_id, each.key), {}).get(watch.code)
            if figure and figure.value is not None:
                values[row, column], complete[row, column] = float(figure.value), figure.complete
                if each == periods[-1] and figure.year_so_far is not None:
                    so_far[row] = float(figure.year_so_far)
    return Panel(
        subject=watch.code,
        unit_ids=np.array(list(members)),
        period_keys=tuple(each.key for each in periods),
        values=values,
        members=sizes,
        complete=complete,
        year_so_far=so_far,
    )


def _of_target(watch: Watch, period: Period, members: dict[int, int], sizes: np.ndarray) -> Panel | None:
    target = indicators.target(watch.code)
    periods = [each for each in rules.year_so_far(period) if each.kind in target.period_kinds]
    if period not in periods:
        return None
    found = indicators.standings(watch.code, periods, level=level_of(watch), unit_ids=members)
    grid = [[found.get((unit_id, each.key)) for each in periods] for unit_id in members]
    due = [target.due(each) for each in periods]
    final = target.final(period.year)
    return Panel(
        subject=watch.code,
        unit_ids=np.array(list(members)),
        period_keys=tuple(each.key for each in periods),
        values=_numbers(grid, "value"),
        members=sizes,
        complete=np.array([[_is_complete(cell) for cell in row] for row in grid]),
        counted=_numbers(grid, "counted") if target.indicator else None,
        due=np.array([np.nan if value is None else float(value) for value in due]),
        final=None if final is None else float(final),
        status=tuple(row[-1].status if row[-1] else "" for row in grid),
        forecast=tuple(_forecast(row[-1]) for row in grid),
    )


def _numbers(grid: Sequence[Sequence[indicators.Standing | None]], name: str) -> np.ndarray:
    picked = [[getattr(cell, name) if cell else None for cell in row] for row in grid]
    return np.array([[np.nan if value is None else float(value) for value in row] for row in picked])


def _is_complete(cell: indicators.Standing | None) -> bool:
    return cell is not None and cell.value is not None and (cell.reported or 0) >= (cell.expected or 0)


def _forecast(cell: indicators.Standing | None) -> dict[str, float | str] | None:
    if cell is None or cell.forecast is None:
        return None
    ahead = cell.forecast
    return {"value": ahead.value, "low": ahead.low, "high": ahead.high, "method": ahead.method}
