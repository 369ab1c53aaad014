"""What outsiders were shown of one province's reports that reach to the same month, batch after batch.

Its sums were told each time. Together with the next ones they can tell more than a batch by itself: a correction
takes the figure away that kept another company, and the month's cells are those of the quarter that ends with it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from giamsat.analysis.warehouse.persons import PersonCells
from giamsat.foundation.access import queries as access


class Release(NamedTuple):
    """Reports of one form and period that entered a province's sums together; a row for each."""

    generation: int
    period: int
    cells: PersonCells
    report_ids: list[int]
    unit_ids: list[int]
    values: Any
    hidden: Any


@dataclass(frozen=True)
class Line:
    """A row of the joint table."""

    release: Release
    place: int  # among the rows of its release

    @property
    def report_id(self) -> int:
        return self.release.report_ids[self.place]

    @property
    def batch(self) -> tuple[int, str, int]:
        return self.release.period, self.release.cells.family, self.release.generation


@dataclass
class History:
    releases: list[Release] = field(default_factory=list)

    def matters_to(self, arriving: Release) -> bool:
        """Whether what was shown bears on these: one of them replaces another, or another period says the same."""
        return any(
            each.hidden.any()
            and (each.period != arriving.period or not set(arriving.report_ids).isdisjoint(each.report_ids))
            for each in self.releases
        )

    def guarded(self, arriving: Release, table: access.Table) -> tuple[Any, Any]:
        """Of reports to be let in, of which ``table`` says what is known: what is hidden, and who has to wait."""
        joint = Joint(self.releases, arriving, table)
        hidden, told = joint.hide()
        waits = told[joint.mine].any(axis=1)
        of_earlier = told[: joint.first].any(axis=0)  # told by these being let in
        for column in np.flatnonzero(of_earlier).tolist():
            bearing = joint.bearing_on(column, hidden)
            waits[bearing[-1:] if bearing else slice(None)] = True
        found = np.zeros(table.values.shape, bool)
        found[:, joint.theirs] = hidden[joint.mine]
        return found, waits


class Joint:
    """One table of earlier releases and of one that is to be let in: rows are reports, columns those cells of theirs
    that are hidden somewhere, or stand in a sum with such a one."""

    def __init__(self, earlier: list[Release], arriving: Release, arrivals: access.Table) -> None:
        releases = [*earlier, arriving]
        self.lines = [Line(each, place) for each in releases for place in range(len(each.report_ids))]
        hidden = [(each.cells, each.hidden) for each in earlier] + [
            (arriving.cells, ~np.isnan(arrivals.distance))
        ]
        forms = {each.cells for each in releases}
        self.keys = sorted(_related({key for cells, mask in hidden for key in _keys(cells, mask)}, forms))
        self.column_of = {key: column for column, key in enumerate(self.keys)}
        self.first = len(self.lines) - len(arriving.report_ids)
        self.theirs, self.columns = self._shared(arriving.cells)
        self.sums = self._all_sums(forms)
        self.table = self._joined(earlier, arrivals)
        self.table.same = self._same()

    @property
    def mine(self) -> Any:
        """The cells that are arriving, as an index into a mask of the whole."""
        return np.ix_(np.arange(self.first, len(self.lines)), self.columns)

    def hide(self) -> tuple[Any, Any]:
        """What is hidden, and of that what would be told by these being let in, and was not before."""
        hiding = access.hide(self.table, self.sums, self._groups(len(self.lines)))
        told = hiding.told()
        if told[: self.first].any():
            before = access.Hiding(self.table, tuple(self.sums), self._groups(self.first))
            before.hide_also(hiding.hidden)
            told[: self.first] &= ~before.told()[: self.first]
        return hiding.hidden, told

    def bearing_on(self, column: int, hidden: Any) -> list[int]:
        """Which of those arriving hide something in a column, or take the place of one that did."""
        replaced = {self.lines[row].report_id for row in np.flatnonzero(hidden[: self.first, column])}
        return [
            row
            for row, line in enumerate(self.lines[self.first :])
            if hidden[self.first + row, column] or line.report_id in replaced
        ]

    def _shared(self, cells: PersonCells) -> tuple[Any, Any]:
        """Which columns of a form are in the table, and where."""
        at = [(column, self.column_of[key]) for column, key in enumerate(cells.keys) if key in self.column_of]
        theirs, ours = np.array(at, int).reshape(-1, 2).T
        return theirs, ours

    def _all_sums(self, forms: set[PersonCells]) -> list[access.Sum]:
        found = set()
        for cells in forms:
            for each in cells.sums:
                if cells.keys[each.total] in self.column_of:
                    total, *parts = (self.column_of[cells.keys[column]] for column in each.columns)
                    found.add(access.Sum(total, tuple(parts)))
        return sorted(found, key=lambda each: each.columns)

    def _joined(self, earlier: list[Release], arrivals: access.Table) -> access.Table:
        shape = len(self.lines), len(self.keys)
        values, distance, known = np.full(shape, np.nan), np.full(shape, np.nan), np.ones(shape, bool)
        row = 0
        for each in earlier:
            theirs, columns = self._shared(each.cells)
            place = np.ix_(np.arange(row, row + len(each.report_ids)), columns)
            values[place], hidden = each.values[:, theirs], each.hidden[:, theirs]
            near = access.distance_from(values[place], np.zeros(hidden.shape))
            distance[place] = np.where(hidden, np.where(np.isnan(near), access.FAR, near), np.nan)
            row += len(each.report_ids)
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
            of_unit = newest[line.release.unit_ids[line.place]]
            for period, other in of_unit.items():
                if period != line.release.period:
                    alike = hidden[row] & hidden[other] & (values[row] == values[other])
                    same[row, alike] = same[other, alike]
            of_unit[line.release.period] = row
        return same

    def _groups(self, many: int) -> list[access.Group]:
        """How each batch changed the sums, what the sums are, and by how much those of two periods differ."""
        now: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
        batches: dict[tuple[int, str, int], dict[int, float]] = defaultdict(dict)
        for row, line in enumerate(self.lines[:many]):
            in_force, batch = now[line.batch[:2]], batches[line.batch]
            batch[row] = 1.0
            if line.report_id in in_force:
                batch[in_force[line.report_id]] = -1.0
            in_force[line.report_id] = row
        totals = [dict.fromkeys(each.values(), 1.0) for each in now.values()]
        apart = [
            one | dict.fromkeys(other, -1.0)
            for place, one in enumerate(totals)
            for other in totals[place + 1 :]
        ]
        return [
            access.Group(np.array(list(each)), np.array(list(each.values())))
            for each in (*batches.values(), *totals, *apart)
        ]


def _keys(cells: PersonCells, mask: Any) -> list[str]:
    """Cells that are hidden in some row."""
    return [cells.keys[column] for column in np.flatnonzero(mask.any(axis=0))]


def _related(keys: set[str], forms: set[PersonCells]) -> set[str]:
    """Those cells and all that stand in a sum with one of them, near or far."""
    sums = [{cells.keys[column] for column in each.columns} for cells in forms for each in cells.sums]
    while more := set().union(*(each for each in sums if keys & each)) - keys:
        keys = keys | more
    return keys
