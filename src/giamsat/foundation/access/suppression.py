"""Which cells of a table are kept from outsiders: small ones, and those that would give small ones away. Pure.

A table has rows (reports, or places) and columns (cells). What an outsider knows of it are sums: along a row, where
one cell is the sum of others, and down a column, where the rows of a group add up to a figure that is shown. No sum
may hold one hidden cell alone, nor only hidden cells that one set of numbers can make, nor may several sums together
leave one number for a hidden cell. Of parts that overlap (contents of violation) he knows that none is more than the
total and that together they are not less: a part that stands alone is the total, and so are all where there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from giamsat.foundation.access.elimination import (
    Group,
    Mask,
    Numbers,
    Rows,
    Sum,
    independent_parts,
    sharing,
    told_columns,
    worked_out,
)
from giamsat.foundation.access.rules import FEWEST_PERSONS

FAR = 99.0  # a companion: hidden for another's sake, its size is anybody's guess
MOST = FEWEST_PERSONS - 1  # persons in a small cell
MOST_TRIED = 150  # hidden cells of one group that are tried as a whole
NEVER, TOTAL, ZERO = 1e15, 1e13, 1e12  # what makes a cell a worse companion than any figure


@dataclass
class Table:
    """Figures (blank: not a number), which of them are known already, and how far each small one is from the
    nearest figure an outsider knows (``distance``; not a number where it is not small). ``same`` numbers the cells,
    alike where two of a column hold one figure. ``as_in`` says of each cell which column of its row tells it."""

    values: Numbers
    known: Mask
    distance: Numbers
    same: Rows | None = None
    as_in: Rows | None = None

    @classmethod
    def of(cls, values: Numbers) -> "Table":
        return cls(values, np.zeros(values.shape, bool), distance_from(values, np.zeros(values.shape)))

    def of_rows(self, rows: Rows) -> "Table":
        as_in = None if self.as_in is None else self.as_in[rows]
        return Table(self.values[rows], self.known[rows], self.distance[rows], as_in=as_in)

    def tell_by_totals(self, overlaps: Sequence[Sum]) -> None:
        """Note which parts of overlapping breakdowns are the total's figure over again: one that stands alone, or all
        where the total is nought."""
        rows, columns = self.values.shape
        self.as_in = np.tile(np.arange(columns), (rows, 1))
        for each in overlaps:
            parts, total = np.array(each.parts), self.values[:, each.total]
            filled = self.values[:, parts] > 0
            alone = (filled.sum(axis=1) == 1)[:, None] & filled & (self.values[:, parts] == total[:, None])
            nothing = (total == 0)[:, None] & (self.values[:, parts] == 0)
            here, part = np.nonzero(alone | nothing)
            self.as_in[here, parts[part]] = self.as_in[here, each.total]


def distance_from(values: Numbers, known: Numbers) -> Numbers:
    """How many persons lie between a figure and one that is known, where that is one to four."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(values - known)
        return np.where((apart > 0) & (apart < FEWEST_PERSONS), apart, np.nan)


def hide(table: Table, sums: Sequence[Sum], groups: Sequence[Group] = ()) -> "Hiding":
    """What outsiders are not shown. ``groups`` are rows whose figures add up, column by column, to a known one.

    Companions are the smallest figures that are not zero, zeros only where there is nothing else, and a total last;
    of equals the first. Each round hides more, so the rounds end.
    """
    hiding = Hiding(table, tuple(sums), groups)
    while hiding.guard_sums() or hiding.break_chains():
        pass
    return hiding


class Hiding:
    """A table while more and more of it is ``hidden``."""

    def __init__(self, table: Table, sums: tuple[Sum, ...], groups: Sequence[Group]) -> None:
        self.sums, self.same = sums, table.same
        self.stands_in = np.zeros((table.values.shape[1], len(sums)))  # columns in sums
        for place, each in enumerate(sums):
            self.stands_in[list(each.columns), place] = 1
        bundles = sharing([each.rows.tolist() for each in groups])
        self.bundles = [_Bundle.of([groups[place] for place in some], table.same) for _, some in bundles]
        self.twins = _twins(table)
        self.known = table.known
        self.hidden: Mask = ~np.isnan(table.distance)
        self.distance = table.distance.copy()
        self.cost = np.abs(np.nan_to_num(table.values))
        self.cost[self.cost == 0] = ZERO
        self.cost[:, sorted({each.total for each in sums})] += TOTAL
        blank = np.isnan(table.values)
        self.cost[blank | table.known] = NEVER
        rows, parts, totals = self.twins
        self.cost[rows, parts] = np.maximum(self.cost[rows, parts], self.cost[rows, totals])
        # a total of which no part is filled in, or a blank one, says nothing of the others
        self.held: Mask = np.ones((len(blank), len(sums)), bool)
        for place, each in enumerate(sums):
            self.held[:, place] = ~blank[:, each.total] & ~blank[:, list(each.parts)].all(axis=1)

    def guard_sums(self) -> bool:
        """Give company to what one sum alone gives away; whether anything was hidden."""
        before = int(self.hidden.sum())
        self._hide_twins()
        for place in np.flatnonzero(self._needy().any(axis=0)):
            self._guard_rows(int(place))
        for bundle in self.bundles:
            for group, weight in zip(bundle.groups, bundle.weights, strict=True):
                self._guard_columns(group.rows, weight)
        return int(self.hidden.sum()) > before

    def break_chains(self) -> bool:
        """Where several sums together still tell a cell, hide one more of a sum it stands in."""
        before = int(self.hidden.sum())
        for part in independent_parts(self.sums):
            columns = np.array(part.columns)
            rows = np.flatnonzero(self.hidden[:, columns].any(axis=1))
            flags = np.hstack(
                [self.hidden[np.ix_(rows, columns)], self.held[np.ix_(rows, np.array(part.places))]]
            )
            packed, which = np.unique(np.packbits(flags, axis=1), axis=0, return_inverse=True)
            patterns = np.unpackbits(packed, axis=1, count=flags.shape[1]).astype(bool)
            for number, pattern in enumerate(patterns):
                told = told_columns(pattern.tobytes(), part)
                for row in rows[which.ravel() == number] if told else ():
                    self._add_companion(int(row), int(columns[told[0]]))
        for bundle in self.bundles:
            told_cells = np.argwhere(self._told_together(bundle)).tolist()
            any(self._add_companion(bundle.rows[place], column, bundle.rows) for place, column in told_cells)
        return int(self.hidden.sum()) > before

    def hide_also(self, hidden: Mask) -> None:
        """Companions that were chosen before."""
        self.distance[hidden & ~self.hidden] = FAR
        self.hidden |= hidden

    def told(self) -> Mask:
        """Hidden cells that the sums tell all the same: whatever could keep them company there is known already."""
        told: Mask = self.hidden & (self._needy() @ self.stands_in.T > 0)
        told |= self._told_by_twins()
        for bundle in self.bundles:
            for group, weight in zip(bundle.groups, bundle.weights, strict=True):
                telling = np.zeros_like(self.hidden[group.rows])
                telling[:, self._needy_columns(group.rows, weight)] = True
                told[group.rows] |= telling & self.hidden[group.rows] & (weight != 0)
            told[bundle.rows] |= self._told_together(bundle)
        return told

    def _told_together(self, bundle: "_Bundle") -> Mask:
        """What all the sums of groups tell together; with very many hidden cells, what each group tells."""
        rows = bundle.rows
        if self._may_be_tried(rows):
            return worked_out(self.hidden[rows], self.sums, bundle.within, self.held[rows], self._alike[rows])
        told = np.zeros_like(self.hidden[rows])
        for each in bundle.within if len(bundle.within) > 1 else ():
            mine = rows[each.rows]
            if self._may_be_tried(mine):
                alone = Group(np.arange(len(mine)), each.signs)
                alike = self._alike[mine]
                told[each.rows] |= worked_out(self.hidden[mine], self.sums, [alone], self.held[mine], alike)
        return told

    @cached_property
    def _alike(self) -> Rows:
        """A number for each cell, alike where two hold one figure, down a column or along a row."""
        shape = self.hidden.shape
        numbers = np.arange(self.hidden.size).reshape(shape) if self.same is None else self.same.copy()
        rows, parts, totals = self.twins
        while len(rows):
            pairs = np.stack([numbers[rows, parts], numbers[rows, totals]])
            low, high = pairs.min(axis=0), pairs.max(axis=0)
            if (low == high).all():
                break
            renamed = np.arange(self.hidden.size)
            np.minimum.at(renamed, high, low)
            numbers = renamed[numbers]
        return numbers

    def _hide_twins(self) -> None:
        """Hidden in one is hidden in the other."""
        rows, parts, totals = self.twins
        while True:
            of_part, of_total = self.hidden[rows, parts], self.hidden[rows, totals]
            apart = of_part != of_total
            if not apart.any():
                return
            self._hide(rows[apart], np.where(of_part, totals, parts)[apart])

    def _told_by_twins(self) -> Mask:
        """Hidden cells whose figure was shown in the other."""
        told = np.zeros_like(self.hidden)
        rows, parts, totals = self.twins
        known = self.known[rows, parts] | self.known[rows, totals]
        for columns in (parts, totals):
            told[rows[known], columns[known]] = True
        return told & self.hidden

    def _may_be_tried(self, rows: Rows) -> bool:
        return 0 < int(self.hidden[rows].sum()) <= MOST_TRIED

    def _needy(self, places: Any = slice(None)) -> Mask:
        """In which rows which sums, all or those at some places, give a hidden cell away."""
        stands_in = self.stands_in[:, places]
        cells = (self.hidden, self.hidden & (self.distance == 1), self.hidden & (self.distance == MOST))
        return np.asarray(self.held[:, places] & _given_away(*(each @ stands_in for each in cells)))

    def _needy_columns(self, rows: Rows, weight: Numbers) -> Rows:
        """In which columns the sum of a group gives a hidden cell away; what is taken away counts in reverse."""
        counted, distance = self.hidden[rows] & (weight != 0), self.distance[rows]
        if (weight < 0).any():
            distance = np.where(weight < 0, FEWEST_PERSONS - distance, distance)
        cells = (counted, counted & (distance == 1), counted & (distance == MOST))
        return np.flatnonzero(_given_away(*(each.sum(axis=0) for each in cells)))

    def _guard_rows(self, place: int) -> None:
        columns, needy = np.array(self.sums[place].columns), np.flatnonzero(self._needy(place))
        if len(needy):
            chosen, found = self._cheapest(np.ix_(needy, columns), axis=1)
            self._hide(needy[found], columns[chosen[found]])

    def _guard_columns(self, rows: Rows, weight: Numbers) -> None:
        needy = self._needy_columns(rows, weight)
        if len(needy):
            chosen, found = self._cheapest(np.ix_(rows, needy), axis=0)
            self._hide(rows[chosen[found]], needy[found])

    def _cheapest(self, part: Any, *, axis: int) -> tuple[Rows, Mask]:
        """Where along ``axis`` the best companion stands, and whether there is one."""
        price = np.where(self.hidden[part], NEVER, self.cost[part])
        return price.argmin(axis=axis), price.min(axis=axis) < NEVER

    def _add_companion(self, row: int, column: int, group: Rows | None = None) -> bool:
        beside = {(row, other) for each in self.sums if column in each.columns for other in each.columns}
        below = set() if group is None else {(int(other), column) for other in group}
        free = [place for place in beside | below if self.cost[place] < NEVER and not self.hidden[place]]
        if free:
            row, column = min(free, key=lambda place: (self.cost[place], place))
            self._hide(np.array([row]), np.array([column]))
        return bool(free)

    def _hide(self, rows: Rows, columns: Rows) -> None:
        self.hidden[rows, columns] = True
        self.distance[rows, columns] = FAR


def _twins(table: Table) -> tuple[Rows, Rows, Rows]:
    """Cells that hold the figure of another of their row: their rows, their columns, and the other's columns."""
    if table.as_in is None:
        return (np.zeros(0, int),) * 3
    rows, columns = np.nonzero(table.as_in != np.arange(table.as_in.shape[1]))
    return rows, columns, table.as_in[rows, columns]


@dataclass
class _Bundle:
    """Groups that share rows. ``within`` are they again, counted among the bundle's own rows; ``weights`` say for
    each how often a cell's figure counts: nought where the same figure is taken away again."""

    rows: Rows
    groups: list[Group]
    within: list[Group]
    weights: list[Numbers]

    @classmethod
    def of(cls, groups: list[Group], same: Rows | None) -> "_Bundle":
        rows = np.unique(np.concatenate([each.rows for each in groups]))
        within = [Group(np.searchsorted(rows, each.rows), each.signs) for each in groups]
        return cls(rows, groups, within, [_weight(each, same) for each in groups])


def _weight(group: Group, same: Rows | None) -> Numbers:
    weight = group.signs[:, None]
    if same is None:
        return weight
    numbers = same[group.rows].ravel()
    weight = np.repeat(weight, same.shape[1], axis=1).ravel()
    order = np.argsort(numbers, kind="stable")
    first = np.flatnonzero(np.diff(numbers[order], prepend=-1))
    total = np.add.reduceat(weight[order], first)
    weight[:] = 0
    weight[order[first]] = total
    return weight.reshape(len(group.rows), -1)


def _given_away(count: Numbers, least: Numbers, most: Numbers) -> Mask:
    """Sums of which one cell is hidden, or several that are all the least or all the most a small cell can be."""
    return np.asarray((count == 1) | ((count > 1) & ((least == count) | (most == count))))
