"""What units that were merged into others in the course of a year had reported of it by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from giamsat.foundation.units import queries as units
from giamsat.intake.observations.figures import stored
from giamsat.intake.sources import queries as sources
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from datetime import date

    from giamsat.intake.observations.evidence import Asked


def left_by_predecessors(asked: Asked) -> Grid | None:
    """Per unit and cell the sum of what those merged into it this year last told; None when there were none.

    Blank of units that took nobody in. A predecessor that told nothing adds nothing: the sum is then the least
    that is known.
    """
    went = [
        merger
        for merger in units.mergers_into(asked.unit_ids, year=asked.period.year)
        if merger.on <= asked.period.ends_on
    ]
    if not went:
        return None
    family, keys = sources.family(asked.form.code), asked.keys
    rows = {pk: row for row, pk in enumerate(asked.unit_ids)}
    left = Grid.blank(len(rows), len(keys))
    for on in sorted({merger.on for merger in went}):
        still = {merger.predecessor: rows[merger.successor] for merger in went if merger.on == on}
        for period in _told_before(on, asked.period):
            told = stored(
                keys,
                list(still),
                form_codes=family,
                period_key=period.key,
                basis=asked.basis,
                which=asked.which,
            )
            known = np.asarray(told.present.any(axis=1))
            for place, pk in enumerate(list(still)):
                if known[place]:
                    row = still.pop(pk)
                    left.scaled[row] += np.where(told.present[place], told.scaled[place], 0)
                    left.present[row] |= told.present[place]
    return left


def _told_before(on: date, period: Period) -> list[Period]:
    """Periods of that year, in the series of this one, that ended before the day; nearest first."""
    told = []
    earlier = period.previous_cumulative()
    while earlier is not None:
        if earlier.ends_on < on:
            told.append(earlier)
        earlier = earlier.previous_cumulative()
    return told
