"""Accepted versions that are to be decided about, as tables of one form and period."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from giamsat.analysis.warehouse.persons import PersonCells
from giamsat.analysis.warehouse.services.history import Release
from giamsat.foundation.access import queries as access


class Arrival(NamedTuple):
    """An accepted version that outsiders have not been shown."""

    version_id: int
    report_id: int
    unit_id: int
    form_id: int
    period: int
    basis: str
    values: str


@dataclass
class Sheet:
    """Arrivals of one form and period, as a table."""

    cells: PersonCells
    arrivals: list[Arrival]
    values: Any
    rows: Any  # of the year's units
    points: list[int | None]
    hidden: Any = field(default=None)
    silent: Any = field(default=None)  # rows that have something to hide by themselves
    alone: Any = field(default=None)  # rows of which a hidden cell would be told for want of company
    released: Any = field(default=None)
    table: access.Table = field(init=False)  # of all its rows, with what is known of them from elsewhere
    guarded: dict[int, Any] = field(default_factory=dict)  # rows of each point as they were looked at last

    def release(self, point: int, which: Any, generation: int) -> Release:
        """Some of its rows, as they are let into a point's sums."""
        arrivals = [self.arrivals[row] for row in which]
        return Release(
            point,
            generation,
            arrivals[0].period,
            self.cells,
            [each.report_id for each in arrivals],
            [each.unit_id for each in arrivals],
            self.values[which],
            self.hidden[which],
        )

    def released_by_point(self) -> dict[int, Any]:
        """Rows that are let in, by the point whose sums they enter."""
        rows: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(self.released).tolist():
            point = self.points[row]
            # the level above sees what a point itself reported, so that is no company
            if point is not None and point != self.arrivals[row].unit_id:
                rows[point].append(row)
        return {point: np.array(some) for point, some in rows.items()}
