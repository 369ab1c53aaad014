"""Who is released together: batches of at least three units, so that no sum changes by one unit's few persons."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from giamsat.analysis.warehouse import upstream
from giamsat.analysis.warehouse.models import Veil
from giamsat.analysis.warehouse.persons import person_cells
from giamsat.analysis.warehouse.rules import period_of
from giamsat.analysis.warehouse.services.sheets import Sheet
from giamsat.analysis.warehouse.upstream import Tree
from giamsat.foundation.access import queries as access
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis

Family = tuple[str, int | None]  # forms that ask the same, and the point


class Company:
    """The own reports of one period that could be shown, gathered by family of forms and by point."""

    def __init__(self, tree: Tree, period: int, *, closed: bool) -> None:
        self.tree, self.period, self.closed = tree, period, closed
        self.gathered: dict[Family, list[tuple[Sheet, int]]] = defaultdict(list)

    def join(self, sheet: Sheet) -> None:
        sheet.released = np.zeros(len(sheet.arrivals), bool)
        for row, point in enumerate(sheet.points):
            self.gathered[sheet.cells.family, point].append((sheet, row))

    def decide(self) -> None:
        """Nothing to hide: at once. Else with at least two others, and never so that one or two are left behind.

        Whose hidden cells the sums would tell all the same waits, and keeps nobody company.
        """
        for family, members in self.gathered.items():
            together = [(sheet, row) for sheet, row in members if not sheet.alone[row]]
            silent = [(sheet, row) for sheet, row in together if sheet.silent[row]]
            here = {sheet.arrivals[row].unit_id for sheet, row in members}
            kept_back = self._kept_back(family, together, here) if silent else 0
            late = sorted(silent, key=lambda each: each[0].arrivals[each[1]].version_id)
            waits = {(id(sheet), row) for sheet, row in late[max(0, len(late) - kept_back) :]}
            for sheet, row in members:
                sheet.released[row] = not sheet.alone[row] and (id(sheet), row) not in waits

    def _kept_back(self, family: Family, members: list[tuple[Sheet, int]], here: set[int]) -> int:
        """How many of those with something to hide wait for others, the latest; ``here`` are all units that came."""
        all_of_them = len(members)
        units = {sheet.arrivals[row].unit_id for sheet, row in members}
        point, expected = family[1], self._owing.get(family, set()) - here
        if point is None or not (units | expected) - {point}:
            return 0  # nobody but the point itself: its figure is its own
        if len(units) < access.FEWEST_UNITS:
            return all_of_them
        if self.closed:
            return 0
        to_come = len(expected - self._released_before[family])
        if not 0 < to_come < access.FEWEST_UNITS:
            return 0
        kept = access.FEWEST_UNITS - to_come
        return kept if len(units) - kept >= access.FEWEST_UNITS else all_of_them

    @cached_property
    def _owing(self) -> Mapping[Family, set[int]]:
        owing: dict[Family, set[int]] = defaultdict(set)
        period = period_of(self.period)
        for owed in upstream.owed(self.tree, period):
            families = {
                sources.form_for(form, period).family for form, basis in owed.duties if basis == Basis.OWN
            }
            for unit_id, point, _region in owed.units:
                for family in families:
                    owing[family, point].add(unit_id)
        return owing

    @cached_property
    def _released_before(self) -> Mapping[Family, set[int]]:
        released: dict[Family, set[int]] = defaultdict(set)
        rows = Veil.objects.filter(period=self.period, basis=Basis.OWN, released=True)
        for unit, form_id in rows.values_list("unit_id", "form_id"):
            released[person_cells(form_id).family, self.tree.place(unit).point_id].add(unit)
        return released
