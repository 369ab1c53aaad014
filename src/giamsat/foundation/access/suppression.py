"""Which cells of a table are kept from outsiders: small ones, and those that would give small ones away. Pure.

A table has rows (reports, or places) and columns (cells). What an outsider knows of it are sums: along a row, where
one cell is the sum of others, and down a column, where the rows of a group add up to a figure that is shown. No sum
may hold one hidden cell alone, nor only hidden cells that one set of numbers can make, nor may several sums together
leave one number for a hidden cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from giamsat.foundation.access.rules import FEWEST_PERSONS

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

FAR = 99.0  # a companion: hidden for another's sake, its size is anybody's guess
TINY = 1e-7
MOST_TRIED = 150  # hidden cells of one group that are tried as a whole
NEVER, TOTAL, ZERO = 1e15, 1e13, 1e12  # what makes a cell a worse companion than any figure


@dataclass(frozen=True)
class Sum:
    """Columns of which the first is the sum of the others."""

    total: int
    parts: tuple[int, ...]

    @property
    def columns(self) -> tuple[int, ...]:
        return (self.total, *self.parts)


@dataclass
class Table:
    """Figures (blank: not a number), which of them are known already, and how far each small one is from the
    nearest figure an outsider knows (``distance``; not a number where it is not small)."""

    values: Numbers
    known: Mask
    distance: Numbers

    @classmethod
    def of(cls, values: Numbers) -> "Table":
        return cls(values, np.zeros(values.shape, bool), distance_from(values, np.zeros(values.shape)))


def distance_from(values: Numbers, known: Numbers) -> Numbers:
    """How many persons lie between a figure and one that is known, where that is one to four."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(values - known)
        return np.where((apart > 0) & (apart < FEWEST_PERSONS), apart, np.nan)


def hide(table: Table, sums: Sequence[Sum], groups: Sequence[Rows] = ()) -> Mask:
    """What outsiders are not shown. ``groups`` are rows whose figures add up, column by column, to a known one.

    Companions are the smallest figures that are not zero, zeros only where there is nothing else, and a total last;
    of equals the first. Each round hides more, so the rounds end.
    """
    hiding = _Hiding(table, tuple(sums), groups)
    while hiding.guard_sums() or hiding.break_chains():
        pass
    return hiding.hidden


def left_alone(table: Table, hidden: Mask, sums: Sequence[Sum], groups: Sequence[Rows] = ()) -> Mask:
    """Hidden cells that a sum tells all the same: whatever could keep them company there is known already."""
    hiding = _Hiding(table, tuple(sums), groups)
    hiding.hide_also(hidden)
    return hiding.told()


def worked_out(
    hidden: Mask, sums: Sequence[Sum], groups: Sequence[Rows] = (), held: Mask | None = None
) -> Mask:
    """Hidden cells that all the sums together leave one number for. ``held``: which sums hold in which row."""
    places = np.flatnonzero(hidden)
    found = np.zeros(hidden.size, bool)
    equations = _equations(
        hidden, sums, groups, np.ones((len(hidden), len(sums)), bool) if held is None else held
    )
    if len(places) and len(equations):
        found[places] = _fixed(equations[:, places])
    return found.reshape(hidden.shape)


class _Hiding:
    """A table while more and more of it is hidden."""

    def __init__(self, table: Table, sums: tuple[Sum, ...], groups: Sequence[Rows]) -> None:
        self.sums, self.groups = sums, groups
        self.hidden: Mask = ~np.isnan(table.distance)
        self.distance = table.distance.copy()
        self.cost = np.abs(np.nan_to_num(table.values))
        self.cost[self.cost == 0] = ZERO
        self.cost[:, sorted({each.total for each in sums})] += TOTAL
        blank = np.isnan(table.values)
        self.cost[blank | table.known] = NEVER
        # a total of which no part is filled in, or a blank one, says nothing of the others
        self.held: Mask = np.ones((len(blank), len(sums)), bool)
        for place, each in enumerate(sums):
            self.held[:, place] = ~blank[:, each.total] & ~blank[:, list(each.parts)].all(axis=1)

    def guard_sums(self) -> bool:
        """Give company to what one sum alone gives away; whether anything was hidden."""
        before = int(self.hidden.sum())
        for place, each in enumerate(self.sums):
            self._guard(np.flatnonzero(self.held[:, place]), np.array(each.columns), axis=1)
        for rows in self.groups:
            self._guard(rows, np.arange(self.hidden.shape[1]), axis=0)
        return int(self.hidden.sum()) > before

    def break_chains(self) -> bool:
        """Where several sums together still tell a cell, hide one more of a sum it stands in."""
        before = int(self.hidden.sum())
        for part in _parts(self.sums):
            columns = np.array(part.columns)
            rows = np.flatnonzero(self.hidden[:, columns].any(axis=1))
            flags = np.hstack(
                [self.hidden[np.ix_(rows, columns)], self.held[np.ix_(rows, np.array(part.places))]]
            )
            packed, which = np.unique(np.packbits(flags, axis=1), axis=0, return_inverse=True)
            patterns = np.unpackbits(packed, axis=1, count=flags.shape[1]).astype(bool)
            for number, pattern in enumerate(patterns):
                told = _told(pattern.tobytes(), part)
                for row in rows[which.ravel() == number] if told else ():
                    self._add_companion(int(row), int(columns[told[0]]))
        for rows in self.groups:
            for place, column in np.argwhere(self._told_together(rows))[:1]:
                self._add_companion(int(rows[place]), int(column), rows)
        return int(self.hidden.sum()) > before

    def hide_also(self, hidden: Mask) -> None:
        """Companions that were chosen before."""
        self.distance[hidden & ~self.hidden] = FAR
        self.hidden |= hidden

    def told(self) -> Mask:
        """Hidden cells that one sum gives away, or the sums of a group together."""
        told = np.zeros(self.hidden.shape, bool)
        for place, each in enumerate(self.sums):
            rows, columns = np.flatnonzero(self.held[:, place]), np.array(each.columns)
            needy = rows[self._needy(rows, columns, axis=1)]
            told[np.ix_(needy, columns)] |= self.hidden[np.ix_(needy, columns)]
        for rows in self.groups:
            needy = self._needy(rows, np.arange(self.hidden.shape[1]), axis=0)
            told[np.ix_(rows, needy)] |= self.hidden[np.ix_(rows, needy)]
            told[rows] |= self._told_together(rows)
        return told

    def _told_together(self, rows: Rows) -> Mask:
        """What all the sums of a group tell together; one with very many hidden cells is not tried."""
        if not 0 < self.hidden[rows].sum() <= MOST_TRIED:
            return np.zeros_like(self.hidden[rows])
        return worked_out(self.hidden[rows], self.sums, [np.arange(len(rows))], self.held[rows])

    def _needy(self, rows: Rows, columns: Rows, *, axis: int) -> Rows:
        """Which lines along ``axis`` of a part of the table give a hidden cell away."""
        part = np.ix_(rows, columns)
        return np.flatnonzero(_given_away(self.hidden[part], self.distance[part], axis=axis))

    def _guard(self, rows: Rows, columns: Rows, *, axis: int) -> None:
        """Look at a part of the table whose lines along ``axis`` are sums."""
        needy = self._needy(rows, columns, axis=axis)
        if not len(needy):
            return
        part = np.ix_(rows[needy], columns) if axis else np.ix_(rows, columns[needy])
        price = np.where(self.hidden[part], NEVER, self.cost[part])
        chosen = price.argmin(axis=axis)
        found = price.min(axis=axis) < NEVER
        if axis:
            self._hide(rows[needy][found], columns[chosen[found]])
        else:
            self._hide(rows[chosen[found]], columns[needy][found])

    def _add_companion(self, row: int, column: int, group: Rows | None = None) -> None:
        beside = {(row, other) for each in self.sums if column in each.columns for other in each.columns}
        below = set() if group is None else {(int(other), column) for other in group}
        free = [place for place in beside | below if self.cost[place] < NEVER and not self.hidden[place]]
        if free:
            row, column = min(free, key=lambda place: (self.cost[place], place))
            self._hide(np.array([row]), np.array([column]))

    def _hide(self, rows: Rows, columns: Rows) -> None:
        self.hidden[rows, columns] = True
        self.distance[rows, columns] = FAR


def _given_away(hidden: Mask, distance: Numbers, *, axis: int) -> Mask:
    """Sums of which one cell is hidden, or several that are all the least or all the most a small cell can be."""
    count = hidden.sum(axis=axis)
    least = (hidden & (distance == 1)).sum(axis=axis) == count
    most = (hidden & (distance == FEWEST_PERSONS - 1)).sum(axis=axis) == count
    return np.asarray((count == 1) | ((count > 1) & (least | most)))


def _fixed(equations: Numbers) -> Mask:
    """Which unknowns of a set of equations can be one number only: those that no free direction moves."""
    sizes, directions = np.linalg.eigh(equations.T @ equations)
    return np.asarray((np.abs(directions[:, sizes < TINY]) < TINY).all(axis=1))


def _equations(hidden: Mask, sums: Sequence[Sum], groups: Sequence[Rows], held: Mask) -> Numbers:
    """One line for each sum that holds a hidden cell, over all cells of the table row by row."""
    lines = []
    width = hidden.shape[1]
    for place, each in enumerate(sums):
        for row in np.flatnonzero(held[:, place] & hidden[:, list(each.columns)].any(axis=1)):
            line = np.zeros(hidden.size)
            line[row * width + np.array(each.parts)] = 1
            line[row * width + each.total] = -1
            lines.append(line)
    for rows in groups:
        for column in np.flatnonzero(hidden[rows].any(axis=0)):
            line = np.zeros(hidden.size)
            line[rows * width + column] = 1
            lines.append(line)
    return np.array(lines)


@dataclass(frozen=True)
class _Part:
    """Sums that share columns, and no column with any other: looked at apart, since a report has many such parts and
    a part only few patterns of what is hidden."""

    sums: tuple[Sum, ...]
    places: tuple[int, ...]  # of the sums among all
    columns: tuple[int, ...]


@lru_cache(maxsize=64)
def _parts(sums: tuple[Sum, ...]) -> tuple[_Part, ...]:
    joined: list[tuple[set[int], list[int]]] = []
    for place, each in enumerate(sums):
        columns, places = set(each.columns), [place]
        apart = []
        for others, their_places in joined:
            if columns & others:
                columns, places = columns | others, their_places + places
            else:
                apart.append((others, their_places))
        joined = [*apart, (columns, places)]
    return tuple(
        _Part(tuple(sums[place] for place in places), tuple(places), tuple(sorted(columns)))
        for columns, places in joined
    )


@lru_cache(maxsize=100_000)
def _told(pattern: bytes, part: _Part) -> tuple[int, ...]:
    """Which of a part's columns are worked out: that depends on what is hidden and which sums hold, not on figures."""
    flags = np.frombuffer(pattern, bool)
    hidden = np.flatnonzero(flags[: len(part.columns)])
    equations = _matrix(part)[flags[len(part.columns) :]][:, hidden]
    return tuple(hidden[_fixed(equations[equations.any(axis=1)])].tolist())


@lru_cache(maxsize=64)
def _matrix(part: _Part) -> Numbers:
    where = {column: place for place, column in enumerate(part.columns)}
    matrix = np.zeros((len(part.sums), len(part.columns)))
    for line, each in enumerate(part.sums):
        matrix[line, [where[column] for column in each.parts]] = 1
        matrix[line, where[each.total]] = -1
    return matrix
