"""From published figures to what a detector judges: a panel for each figure, group of peers and period."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from giamsat.analysis.early_warning import rules
from giamsat.analysis.early_warning.choices import SubjectKind
from giamsat.analysis.early_warning.detectors.base import Panel
from giamsat.analysis.early_warning.rules import Watch
from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.warehouse.choices import Level
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.lib.periods import Period

FIRST_LEVEL_BELOW_POINTS = 2


def level_of(watch: Watch) -> Level:
    """Points with all below them; lower units as they themselves reported."""
    return Level.UNIT if watch.level >= FIRST_LEVEL_BELOW_POINTS else Level.POINT


def panel_for(watch: Watch, period: Period, history: int) -> Panel | None:
    """The panel of one watch at one period; None when it is not read at that period or nobody is there."""
    if period.kind not in watch.period_kinds:
        return None
    members = _units(watch, period.ends_on)
    if not members:
        return None
    if watch.kind == SubjectKind.TARGET:
        return _of_target(watch, period, members)
    return _of_indicator(watch, period, members, history)


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


def _of_indicator(watch: Watch, period: Period, members: dict[int, int], history: int) -> Panel:
    periods = rules.history_of(period, history)
    found = indicators.increments([watch.code], periods, level=level_of(watch), unit_ids=members)
    values = np.full((len(members), len(periods)), np.nan)
    complete = np.zeros(values.shape, dtype=bool)
    so_far = np.full(len(members), np.nan)
    for row, unit_id in enumerate(members):
        for column, each in enumerate(periods):
            figure = found.get((unit_id, each.key), {}).get(watch.code)
            if figure and figure.value is not None:
                values[row, column], complete[row, column] = float(figure.value), figure.complete
                if each == period and figure.year_so_far is not None:
                    so_far[row] = float(figure.year_so_far)
    return Panel(
        subject=watch.code,
        unit_ids=np.array(list(members)),
        period_keys=tuple(each.key for each in periods),
        values=values,
        members=_exposure(watch, period, members),
        complete=complete,
        year_so_far=so_far,
    )


def _of_target(watch: Watch, period: Period, members: dict[int, int]) -> Panel | None:
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
        members=_exposure(watch, period, members),
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
