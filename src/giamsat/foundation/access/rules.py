"""The one rule for small cells: which figures an outsider is shown. Pure: no database, no clock.

It governs values, bands, histories, residuals, evidence texts, exports and live messages alike.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal
FEWEST_PERSONS = 5
FEWEST_UNITS = 3
BASE = 5
MARK = "1–4*"


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as one viewer may see it: a value, a blank (value None, not hidden) or hidden.

    The mark is the same whether a cell is small or only protects a small neighbour; told apart, they would give each
    other away. Its star refers to ``choices.SUPPRESSION_LEGEND``.
    """

    value: Number | None
    hidden: bool = False

    @property
    def text(self) -> str:
        if self.hidden:
            return MARK
        return "" if self.value is None else str(self.value)


SUPPRESSED = Shown(value=None, hidden=True)


@dataclass(frozen=True, slots=True)
class Row:
    """Siblings and their total as one viewer may see them."""

    cells: list[Shown]
    total: Shown


def is_small(value: Number | None) -> bool:
    """One to four persons; a change of one to four counts as well."""
    return value is not None and value != 0 and -FEWEST_PERSONS < value < FEWEST_PERSONS


def hide_small_cell(value: Number | None, counts_persons: bool, visible: bool) -> Shown:
    """A figure that stands alone."""
    return SUPPRESSED if counts_persons and not visible and is_small(value) else Shown(value)


def hide_small_cells(
    values: Sequence[Number | None], counts_persons: bool, visible: bool | Sequence[bool]
) -> list[Shown]:
    """One row of siblings whose total is shown. ``visible``: may the viewer see small cells there (each, or all)."""
    hidden = _to_hide(values, counts_persons, visible)
    return [SUPPRESSED if place in hidden else Shown(value) for place, value in enumerate(values)]


def hide_row(
    values: Sequence[Number | None],
    *,
    total: Number | None,
    counts_persons: bool,
    visible: bool | Sequence[bool],
    total_visible: bool,
) -> Row:
    """The same with the total: it is hidden when small itself, or when nothing else can protect the row."""
    shown_total = hide_small_cell(total, counts_persons, total_visible)
    if total is None or shown_total.hidden:
        each = _each(visible, len(values))
        alone = [
            hide_small_cell(value, counts_persons, seen) for value, seen in zip(values, each, strict=True)
        ]
        return Row(alone, shown_total)
    hidden = _to_hide(values, counts_persons, visible)
    cells = [SUPPRESSED if place in hidden else Shown(value) for place, value in enumerate(values)]
    bare = hidden and all(is_small(values[place]) for place in hidden)
    if bare and _sum_gives_away([values[place] for place in hidden]):
        shown_total = SUPPRESSED
    return Row(cells, shown_total)


def enough_units_for_a_change(units: int) -> bool:
    """Outsiders' figures change only when at least so many units have reported since."""
    return units >= FEWEST_UNITS


def round_selection(value: int, *, cell_key: str, units: int) -> Shown:
    """A member figure over a free selection (polygon, radius): at least three units, rounded to base 5.

    Up or down is decided by the cell's own key, so asking again, or asking a little differently, teaches nothing.
    """
    if units < FEWEST_UNITS:
        return SUPPRESSED
    rest = value % BASE
    threshold = hashlib.sha256(cell_key.encode()).digest()[0] % BASE
    return Shown(value - rest + (BASE if rest > threshold else 0))


def _to_hide(
    values: Sequence[Number | None], counts_persons: bool, visible: bool | Sequence[bool]
) -> set[int]:
    """Small cells, and with them whatever keeps the total from giving them away.

    The total gives a lone hidden cell away, and several when their sum leaves one way to make it (all 1 or all 4). Then
    the next smallest non-zero cells go too, or the zeros where there is nothing else; equal ones go together, since a
    choice between equals would tell which cell it was made for.
    """
    if not counts_persons:
        return set()
    seen = _each(visible, len(values))
    unseen = {
        place: _size(value) for place, value in enumerate(values) if value is not None and not seen[place]
    }
    hidden = {place for place, size in unseen.items() if is_small(size)}
    others = {place: size for place, size in unseen.items() if place not in hidden}
    if hidden and others and _sum_gives_away([values[place] for place in hidden]):
        nearest = min(others.values(), key=lambda size: (size == 0, size))
        hidden |= {place for place, size in others.items() if size == nearest}
    return hidden


def _sum_gives_away(small: Sequence[Number | None]) -> bool:
    sizes = {_size(value) for value in small if value is not None}
    return len(small) == 1 or sizes in ({1}, {FEWEST_PERSONS - 1})


def _size(value: Number) -> Number:
    return value if value >= 0 else -value


def _each(visible: bool | Sequence[bool], count: int) -> Sequence[bool]:
    return [visible] * count if isinstance(visible, bool) else visible
