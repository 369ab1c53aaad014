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

    def matters_to(self, period: int, report_ids: set[int]) -> bool:
        """Whether what was shown bears on these: one of them replaces another, or another period says the same."""
        return any(
            each.hidden.any() and (each.period != period or not report_ids.isdisjoint(each.report_ids))
            for each in self.releases
        )

    def with_arrivals(self, arriving: Release, table: access.Table) -> "Joint":
        """Everything shown before and ``arriving``, of which ``table`` says what is known."""
        return Joint(self.releases, arriving, table)


class Joint:
    """One table of earlier releases and of one that is to be let in: rows are reports, columns the cells of all."""

    def __init__(self, earlier: list[Release], arriving: Release, arrivals: access.Table) -> None:
        releases = [*earlier, arriving]
        self.lines = [Line(each, place) for each in releases for place in range(len(each.report_ids))]
        self.keys = list(dict.fromkeys(key for each in releases for key in each.cells.keys))
        self.column_of = {key: column for column, key in enumerate(self.keys)}
        self.first = len(self.lines) - len(arriving.report_ids)
        self.columns = np.array([self.column_of[key] for key in arriving.cells.keys])
        self.sums = self._all_sums(releases)
        self.table = self._joined(earlier, arrivals)
        self.table.same = self._same()

    @property
    def mine(self) -> Any:
        """The cells that are arriving, as an index into a mask of the whole."""
        return np.ix_(np.arange(self.first, len(self.lines)), self.columns)

    def hide(self) -> Any:
        return access.hide(self.table, self.sums, self._groups(len(self.lines)))

    def told(self, hidden: Any) -> Any:
        """Hidden cells that would be told by these being let in, and were not before."""
        after = access.left_alone(self.table, hidden, self.sums, self._groups(len(self.lines)))
        if after[: self.first].any():
            before = access.left_alone(self.table, hidden, self.sums, self._groups(self.first))
            after[: self.first] &= ~before[: self.first]
        return after

    def _all_sums(self, releases: list[Release]) -> list[access.Sum]:
        found = {}
        for cells in {each.cells for each in releases}:
            for each in cells.sums:
                total, *parts = (self.column_of[cells.keys[column]] for column in each.columns)
                found[access.Sum(total, tuple(parts))] = True
        return list(found)

    def _joined(self, earlier: list[Release], arrivals: access.Table) -> access.Table:
        shape = len(self.lines), len(self.keys)
        values, distance, known = np.full(shape, np.nan), np.full(shape, np.nan), np.ones(shape, bool)
        row = 0
        for each in earlier:
            columns = np.array([self.column_of[key] for key in each.cells.keys])
            place = np.ix_(np.arange(row, row + len(each.report_ids)), columns)
            values[place] = each.values
            near = access.distance_from(each.values, np.zeros(each.values.shape))
            distance[place] = np.where(each.hidden, np.where(np.isnan(near), access.FAR, near), np.nan)
            row += len(each.report_ids)
        values[self.mine], distance[self.mine] = arrivals.values, arrivals.distance
        known[self.mine] = arrivals.known
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
