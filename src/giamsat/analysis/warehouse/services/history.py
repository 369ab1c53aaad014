"""What outsiders were shown of one province's reports that reach to the same month, batch after batch.

Its sums were told each time. Together with the next ones they can tell more than a batch by itself: a correction
takes the figure away that kept another company, and the month's cells are those of the quarter that ends with it.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain, combinations, groupby
from typing import Any, NamedTuple

import numpy as np

from giamsat.analysis.warehouse.persons import PersonCells
from giamsat.foundation.access import queries as access


class Release(NamedTuple):
    """Reports of one form and period that entered a province's sums together; a row for each."""

    point_id: int
    generation: int
    period: int
    cells: PersonCells
    report_ids: list[int]
    unit_ids: list[int]
    values: Any
    hidden: Any

    @property
    def batch(self) -> tuple[int, int, str, int]:
        return self.point_id, self.period, self.cells.family, self.generation


class Line(NamedTuple):
    """A row of the joint table."""

    release: Release
    place: int  # among the rows of its release

    @property
    def report_id(self) -> int:
        return self.release.report_ids[self.place]

    @property
    def unit_id(self) -> int:
        return self.release.unit_ids[self.place]


def bearing_on(arriving: Release, releases: list[Release]) -> list[Release]:
    """What a point's releases have to do with the next: something, where one of these replaces a report with hidden
    cells, or another period says the same."""
    mattering = any(
        each.hidden.any()
        and (each.period != arriving.period or not set(arriving.report_ids).isdisjoint(each.report_ids))
        for each in releases
    )
    return releases if mattering else []


def guarded(earlier: list[Release], arriving: list[Release], table: access.Table) -> tuple[Any, Any]:
    """Of reports of one form to be let in, of which ``table`` says what is known: what is hidden, and who waits."""
    joint = Joint(earlier, arriving, table)
    hidden, told = joint.hide()
    waits = told[joint.mine].any(axis=1)
    of_earlier = np.argwhere(told[: joint.first]).tolist()  # told by these being let in
    for point, column in sorted({(joint.point_of(row), column) for row, column in of_earlier}):
        waits[joint.arriving_at(point, column, hidden)] = True
    found = np.zeros(table.values.shape, bool)
    found[:, joint.theirs] = hidden[joint.mine]
    return found, waits


class Joint:
    """One table of reports that are to be let in and of earlier ones with hidden cells: rows are reports, columns those
    cells that are hidden somewhere, or stand in a sum with such a one. Points have no sum in common."""

    def __init__(self, earlier: list[Release], arriving: list[Release], arrivals: access.Table) -> None:
        forms = {each.cells for each in (*earlier, *arriving)}
        hidden = [(each.cells, each.hidden) for each in earlier] + [
            (arriving[0].cells, ~np.isnan(arrivals.distance))
        ]
        related = _related(set(arriving[0].cells.keys), forms)
        self.keys = sorted(
            _related({key for cells, mask in hidden for key in _keys(cells, mask)} & related, forms)
        )
        self.column_of = {key: column for column, key in enumerate(self.keys)}
        self.theirs, self.columns = self._shared(arriving[0].cells)
        self.lines = self._lines_of(earlier)
        self.first = len(self.lines)
        self.lines += [Line(each, place) for each in arriving for place in range(len(each.report_ids))]
        self.sums = self._in_table((each, each.sums) for each in forms)
        self.table = self._joined(arrivals)
        self.table.tell_by_totals(self._in_table((each, each.overlaps) for each in forms))
        self.table.same = self._same()

    @property
    def mine(self) -> Any:
        """The cells that are arriving, as an index into a mask of the whole."""
        return np.ix_(np.arange(self.first, len(self.lines)), self.columns)

    def point_of(self, row: int) -> int:
        return self.lines[row].release.point_id

    def hide(self) -> tuple[Any, Any]:
        """What is hidden, and of that what would be told by these being let in, and was not before."""
        hiding = access.hide(self.table, self.sums, self._groups(len(self.lines)))
        told = hiding.told()
        if told[: self.first].any():
            before = access.Hiding(self.table, tuple(self.sums), self._groups(self.first))
            before.hide_also(hiding.hidden)
            told[: self.first] &= ~before.told()[: self.first]
        return hiding.hidden, told

    def arriving_at(self, point: int, column: int, hidden: Any) -> list[int]:
        """Which of those arriving has to wait: the last that hides something in a column, or takes the place of one
        that did; all, where there is none."""
        replaced = {self.lines[row].report_id for row in np.flatnonzero(hidden[: self.first, column])}
        here = [row for row in range(self.first, len(self.lines)) if self.point_of(row) == point]
        bearing = [row for row in here if hidden[row, column] or self.lines[row].report_id in replaced]
        return [row - self.first for row in bearing[-1:] or here]

    def _shared(self, cells: PersonCells) -> tuple[Any, Any]:
        """Which columns of a form are in the table, and where."""
        at = [(column, self.column_of[key]) for column, key in enumerate(cells.keys) if key in self.column_of]
        theirs, ours = np.array(at, int).reshape(-1, 2).T
        return theirs, ours

    def _lines_of(self, earlier: list[Release]) -> list[Line]:
        """Of what was let in earlier, every version of those reports that hide something here: the others are known."""
        hiding: set[int] = set()
        for each in earlier:
            theirs, _ = self._shared(each.cells)
            places = np.flatnonzero(each.hidden[:, theirs].any(axis=1)).tolist()
            hiding.update(each.report_ids[place] for place in places)
        return [
            Line(each, place)
            for each in earlier
            for place, report_id in enumerate(each.report_ids)
            if report_id in hiding
        ]

    def _in_table(self, of_forms: Iterable[tuple[PersonCells, tuple[access.Sum, ...]]]) -> list[access.Sum]:
        """Sums of forms, as columns of the table."""
        found = set()
        for cells, sums in of_forms:
            for each in sums:
                if cells.keys[each.total] in self.column_of:
                    total, *parts = (self.column_of[cells.keys[column]] for column in each.columns)
                    found.add(access.Sum(total, tuple(parts)))
        return sorted(found, key=lambda each: each.columns)

    def _joined(self, arrivals: access.Table) -> access.Table:
        shape = len(self.lines), len(self.keys)
        values, distance, known = np.full(shape, np.nan), np.full(shape, np.nan), np.ones(shape, bool)
        row = 0
        for _, lines in groupby(self.lines[: self.first], key=lambda line: id(line.release)):
            some = list(lines)
            each, places = some[0].release, [line.place for line in some]
            theirs, columns = self._shared(each.cells)
            here = np.ix_(np.arange(row, row + len(places)), columns)
            values[here], hidden = each.values[np.ix_(places, theirs)], each.hidden[np.ix_(places, theirs)]
            near = access.distance_from(values[here], np.zeros(hidden.shape))
            distance[here] = np.where(hidden, np.where(np.isnan(near), access.FAR, near), np.nan)
            row += len(places)
        values[self.mine], distance[self.mine] = (
            arrivals.values[:, self.theirs],
            arrivals.distance[:, self.theirs],
        )
        known[self.mine] = arrivals.known[:, self.theirs]
        return access.Table(values, known, distance)

    def _same(self) -> Any:
        """The month and the quarter that end together hold the same figures: hidden in one is hidden in the other."""
        same = np.arange(len(self.lines) * len(self.keys)).reshape(len(self.lines), -1)
        hidden, values = ~np.isnan(self.table.distance), self.table.values
        newest: dict[int, dict[int, int]] = defaultdict(dict)  # of each unit, by period
        for row, line in enumerate(self.lines):
            of_unit = newest[line.unit_id]
            for period, other in of_unit.items():
                if period != line.release.period:
                    alike = hidden[row] & hidden[other] & (values[row] == values[other])
                    same[row, alike] = same[other, alike]
            of_unit[line.release.period] = row
        return same

    def _groups(self, many: int) -> list[access.Group]:
        """How each batch changed the sums, what the sums are, and by how much those of two periods differ."""
        now: dict[int, dict[tuple[int, str], dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        batches: dict[tuple[int, int, str, int], dict[int, float]] = defaultdict(dict)
        for row, line in enumerate(self.lines[:many]):
            point, period, family, _ = line.release.batch
            in_force, batch = now[point][period, family], batches[line.release.batch]
            batch[row] = 1.0
            if line.report_id in in_force:
                batch[in_force[line.report_id]] = -1.0
            in_force[line.report_id] = row
        totals = [
            [dict.fromkeys(each.values(), 1.0) for each in of_point.values()] for of_point in now.values()
        ]
        apart = [one | dict.fromkeys(other, -1.0) for some in totals for one, other in combinations(some, 2)]
        groups = [*batches.values(), *chain.from_iterable(totals), *apart]
        return [
            access.Group(np.array(rows), np.array(signs))
            for rows, signs in dict.fromkeys((tuple(each), tuple(each.values())) for each in groups)
        ]


def _keys(cells: PersonCells, mask: Any) -> list[str]:
    """Cells that are hidden in some row."""
    return [cells.keys[column] for column in np.flatnonzero(mask.any(axis=0))]


def _related(keys: set[str], forms: set[PersonCells]) -> set[str]:
    """Those cells and all that stand in a sum with one of them, near or far."""
    sums = [
        {cells.keys[column] for column in each.columns}
        for cells in forms
        for each in (*cells.sums, *cells.overlaps)
    ]
    while more := set().union(*(each for each in sums if keys & each)) - keys:
        keys = keys | more
    return keys
