"""What a small cell is, and how one looks from outside. Pure: no database, no clock.

Which other cells are hidden with it, so that it cannot be worked out: ``suppression``.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal
FEWEST_PERSONS = 5
FEWEST_UNITS = 3
HIDDEN_PEER = 2.5  # what a small cell counts as among its peers, whatever it is
BASE = 5
MARK = "•••"


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as one viewer may see it: a value, a blank (value None, not hidden) or hidden.

    The mark is the same whether a cell is small or only protects a small neighbour, and says no number: told apart,
    they would give each other away, and a neighbour of hundreds is not 1–4. In words: ``choices.SUPPRESSION_LEGEND``.
    """

    value: Number | None
    hidden: bool = False

    @property
    def text(self) -> str:
        if self.hidden:
            return MARK
        return "" if self.value is None else str(self.value)


SUPPRESSED = Shown(value=None, hidden=True)


def is_small(value: Number | None) -> bool:
    """One to four persons; a change of one to four counts as well."""
    return value is not None and value != 0 and -FEWEST_PERSONS < value < FEWEST_PERSONS


def hide_small_cell(value: Number | None, counts_persons: bool, visible: bool) -> Shown:
    """A figure that stands alone."""
    return SUPPRESSED if counts_persons and not visible and is_small(value) else Shown(value)


def round_selection(value: int, *, cell_key: str, units: int) -> Shown:
    """A member figure over a free selection (polygon, radius): at least three units, rounded to base 5.

    Up or down is decided by the cell's own key, so asking again, or asking a little differently, teaches nothing.
    """
    if units < FEWEST_UNITS:
        return SUPPRESSED
    rest = value % BASE
    threshold = hashlib.sha256(cell_key.encode()).digest()[0] % BASE
    return Shown(value - rest + (BASE if rest > threshold else 0))
