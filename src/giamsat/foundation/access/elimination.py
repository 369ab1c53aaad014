"""What follows for hidden cells from all the sums of a table together: elimination. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

TINY = 1e-7
OPEN = -1


@dataclass(frozen=True)
class Sum:
    """Columns of which the first is the sum of the others."""

    total: int
    parts: tuple[int, ...]

    @property
    def columns(self) -> tuple[int, ...]:
        return (self.total, *self.parts)


@dataclass(frozen=True)
class Group:
    """Rows whose figures, column by column, add up to a known one; ``signs`` is -1 for those that are taken away."""

    rows: Rows
    signs: Numbers

    @classmethod
    def of(cls, rows: Rows) -> "Group":
        return cls(rows, np.ones(len(rows)))


def worked_out(
    hidden: Mask,
    sums: Sequence[Sum],
    groups: Sequence[Group] = (),
    held: Mask | None = None,
    same: Rows | None = None,
) -> Mask:
    """Hidden cells that all the sums together leave one number for.

    ``held``: which sums hold in which row; ``same``: a number for each cell, alike for cells that hold one figure.
    """
    numbers = np.arange(hidden.size) if same is None else same.ravel()
    held = np.ones((len(hidden), len(sums)), bool) if held is None else held
    flat = hidden.ravel()
    unknown = np.full(hidden.size, OPEN)
    unknown[flat] = np.unique(numbers[flat], return_inverse=True)[1]
    equations = _equations(unknown.reshape(hidden.shape), sums, groups, held)
    found = np.zeros(hidden.size, bool)
    if len(equations):
        found[flat] = _fixed(equations)[unknown[flat]]
    return found.reshape(hidden.shape)


def _fixed(equations: Numbers) -> Mask:
    """Which unknowns of a set of equations can be one number only: those that no free direction moves."""
    sizes, directions = np.linalg.eigh(equations.T @ equations)
    return np.asarray((np.abs(directions[:, sizes < TINY]) < TINY).all(axis=1))


def _equations(unknown: Rows, sums: Sequence[Sum], groups: Sequence[Group], held: Mask) -> Numbers:
    """One line for each sum that holds a hidden cell; ``unknown`` numbers the hidden cells of a table."""
    lines = []
    many = int(unknown.max(initial=OPEN)) + 1

    def note(cells: Rows, factors: Numbers) -> None:
        line = np.zeros(many)
        np.add.at(line, cells[cells != OPEN], factors[cells != OPEN])
        lines.append(line)

    for place, each in enumerate(sums):
        columns = np.array(each.columns)
        factors = np.array([-1.0] + [1.0] * len(each.parts))
        for row in np.flatnonzero(held[:, place] & (unknown[:, columns] != OPEN).any(axis=1)):
            note(unknown[row, columns], factors)
    for group in groups:
        for column in np.flatnonzero((unknown[group.rows] != OPEN).any(axis=0)):
            note(unknown[group.rows, column], group.signs)
    return np.array(lines)


@dataclass(frozen=True)
class Part:
    """Sums that share columns, and no column with any other: looked at apart, since a report has many such parts and
    a part only few patterns of what is hidden."""

    sums: tuple[Sum, ...]
    places: tuple[int, ...]  # of the sums among all
    columns: tuple[int, ...]


@lru_cache(maxsize=64)
def independent_parts(sums: tuple[Sum, ...]) -> tuple[Part, ...]:
    return tuple(
        Part(tuple(sums[place] for place in places), tuple(places), tuple(sorted(columns)))
        for columns, places in sharing([each.columns for each in sums])
    )


def sharing(some: Sequence[Collection[int]]) -> list[tuple[set[int], list[int]]]:
    """Which of these share members, at first hand or through others: all their members, and their places."""
    joined: list[tuple[set[int], list[int]]] = []
    for place, each in enumerate(some):
        members, places = set(each), [place]
        apart = []
        for others, their_places in joined:
            if members & others:
                members, places = members | others, their_places + places
            else:
                apart.append((others, their_places))
        joined = [*apart, (members, places)]
    return joined


@lru_cache(maxsize=100_000)
def told_columns(pattern: bytes, part: Part) -> tuple[int, ...]:
    """Which of a part's columns are worked out: that depends on what is hidden and which sums hold, not on figures."""
    flags = np.frombuffer(pattern, bool)
    hidden = np.flatnonzero(flags[: len(part.columns)])
    equations = _matrix(part)[flags[len(part.columns) :]][:, hidden]
    return tuple(hidden[_fixed(equations[equations.any(axis=1)])].tolist())


@lru_cache(maxsize=64)
def _matrix(part: Part) -> Numbers:
    where = {column: place for place, column in enumerate(part.columns)}
    matrix = np.zeros((len(part.sums), len(part.columns)))
    for line, each in enumerate(part.sums):
        matrix[line, [where[column] for column in each.parts]] = 1
        matrix[line, where[each.total]] = -1
    return matrix
