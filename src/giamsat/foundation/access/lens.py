"""Figures as one viewer may see them: the rule for small cells, held to one person's scope."""

from collections.abc import Sequence
from dataclasses import dataclass

from giamsat.foundation.access import rules
from giamsat.foundation.access.rules import Number, Row, Shown
from giamsat.foundation.access.scope import Scope


@dataclass(frozen=True)
class Lens:
    """Look through it at every value, band, history, residual and evidence figure before it leaves the house."""

    scope: Scope

    def sees_small(self, unit_id: int) -> bool:
        return unit_id in self.scope.small_cell_unit_ids

    def show(
        self, value: Number | None, *, unit_id: int, counts_persons: bool, protects: bool = False
    ) -> Shown:
        """One figure of one unit. ``protects``: publication marked it as the companion of a hidden cell."""
        sees = self.sees_small(unit_id)
        if protects and not sees and value is not None:
            return rules.SUPPRESSED
        return rules.hide_small_cell(value, counts_persons, sees)

    def show_row(
        self,
        values: Sequence[Number | None],
        *,
        unit_ids: Sequence[int] | int,
        counts_persons: bool,
        total: Number | None = None,
        total_unit_id: int | None = None,
    ) -> Row:
        """Siblings and their total: of several units, or the breakdowns of one."""
        ids = [unit_ids] * len(values) if isinstance(unit_ids, int) else unit_ids
        owner = (
            total_unit_id if total_unit_id is not None else (unit_ids if isinstance(unit_ids, int) else None)
        )
        return rules.hide_row(
            values,
            total=total,
            counts_persons=counts_persons,
            visible=[self.sees_small(unit_id) for unit_id in ids],
            total_visible=owner is not None and self.sees_small(owner),
        )
