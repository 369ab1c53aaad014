"""How many members a unit had at a period: what rates are per."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from giamsat.front.console import changes, figures, screens
from giamsat.front.console.viewer import Viewer
from giamsat.lib.periods import Period


def counted(viewer: Viewer, place: Any, below: Sequence[Any], period: Period) -> dict[int, Decimal]:
    """As the units below a place reported it when it was last counted; of who did not wholly, as listed today."""
    known = {unit.pk: Decimal(unit.members) for unit in below if unit.members}
    size = screens.size()
    if size is None:
        return known
    by_id = {unit.pk: unit for unit in below}
    for row in figures.rows_below(place, below, [size.indicator], [size.counted_at(period)]):
        unit = by_id[row.unit_id]
        shown = viewer.lens.figure(row, unit)
        if row.complete and shown.value and not changes.waiting_for(viewer, unit, row):
            known[unit.pk] = Decimal(shown.value)
    return known
