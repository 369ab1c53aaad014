"""What outsiders know of one year's units: which figures they were shown, and which they know to be hidden."""

from collections import defaultdict
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from giamsat.analysis.warehouse.persons import PersonCells
from giamsat.analysis.warehouse.rules import period_of
from giamsat.analysis.warehouse.services.sheets import Sheet
from giamsat.foundation.access import queries as access


class Told(NamedTuple):
    """Figures of one form and period, and which of them are hidden; ``rows`` are those of the year's units."""

    cells: PersonCells
    period: int
    basis: str
    values: Any
    hidden: Any
    rows: Any


class Layer(NamedTuple):
    """Figures that outsiders know of the year's units, or know to be hidden: a row for each, a column for each key."""

    reach: int
    cells: PersonCells
    shown: Any
    veiled: Any


class Outsiders:
    """What outsiders know of one year's units, one thing told after another."""

    def __init__(self, units: int) -> None:
        self.units = units
        self.known: dict[str, list[Layer]] = defaultdict(list)

    def add(self, sheet: Sheet) -> None:
        first, which = sheet.arrivals[0], np.flatnonzero(sheet.released)
        told = Told(sheet.cells, first.period, first.basis, sheet.values, sheet.hidden, sheet.rows)
        self.remember(told, which)

    def remember(self, told: Told, which: Any) -> None:
        """Some of its rows. Several versions of one report cannot stand in one column, so they are told in layers."""
        reach = period_of(told.period).reach
        for layer in _layers(told.rows[which]):
            places = which[layer]
            rows, figures, kept = told.rows[places], told.values[places], told.hidden[places]
            shown, veiled = np.full((2, self.units, len(told.cells.keys)), np.nan)
            shown[rows] = np.where(kept, np.nan, figures)
            veiled[rows] = np.where(kept, figures, np.nan)
            self.known[told.basis].append(Layer(reach, told.cells, shown, veiled))

    def table(self, sheet: Sheet) -> access.Table:
        """Figures with what is known of them already, and how near each comes to something known."""
        first, cells = sheet.arrivals[0], sheet.cells
        table = access.Table.of(sheet.values)
        reach = period_of(first.period).reach
        for layer in self.known[first.basis]:
            mine, theirs = _in_both(cells, layer.cells)
            if not len(mine):
                continue
            figures, place = sheet.values[:, mine], np.ix_(sheet.rows, theirs)
            shown, distance = layer.shown[place], table.distance[:, mine]
            near = access.distance_from(figures, shown)
            near[:, ~np.array(cells.flows)[mine]] = np.nan
            distance = np.fmin(distance, near)
            if layer.reach == reach:
                table.known[:, mine] |= figures == shown
                distance[(figures == layer.veiled[place]) & np.isnan(distance)] = access.FAR
            table.distance[:, mine] = distance
        return table


@lru_cache(maxsize=1024)
def _in_both(cells: PersonCells, others: PersonCells) -> tuple[Any, Any]:
    """Columns of the keys that two forms have in common, in the one and in the other."""
    at = {key: column for column, key in enumerate(others.keys)}
    both = [(column, at[key]) for column, key in enumerate(cells.keys) if key in at]
    mine, theirs = np.array(both, int).reshape(-1, 2).T
    return mine, theirs


def _layers(rows: Any) -> list[Any]:
    """Places in a list of rows, split so that no row stands twice in one part."""
    seen: dict[int, int] = {}
    parts: list[list[int]] = []
    for place, row in enumerate(rows.tolist()):
        turn = seen.get(row, 0)
        seen[row] = turn + 1
        if turn == len(parts):
            parts.append([])
        parts[turn].append(place)
    return [np.array(part) for part in parts]
