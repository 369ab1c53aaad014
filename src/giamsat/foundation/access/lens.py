"""Figures as one viewer may see them: the rule for small cells, held to one person's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from giamsat.foundation.access import rules
from giamsat.foundation.access.rules import Number, Shown
from giamsat.foundation.access.scope import Scope
from giamsat.foundation.units.choices import POINT_LEVEL

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit


class Published(Protocol):
    """A figure that says itself what outsiders are told of it; ``added``: a sum over units."""

    @property
    def value(self) -> Number | None: ...
    @property
    def outside(self) -> Number | None: ...
    @property
    def veiled(self) -> bool: ...
    @property
    def added(self) -> bool: ...


@dataclass(frozen=True)
class Lens:
    """Look through it at every value, band, history, residual and evidence figure before it leaves the house."""

    scope: Scope

    def sees_small(self, unit_id: int) -> bool:
        return unit_id in self.scope.small_cell_unit_ids

    def figure(self, figure: "Published | None", place: "Unit") -> Shown:
        """A published figure of a place: as it is for those inside, else as outsiders are told it.

        The parts of a sum are the units below, so only the point itself sees it with what waits for company; the level
        above sees it without that, small or not. The centre is not directly above a commune, so nobody is told the
        country's sum before its time.
        """
        if figure is None:
            return Shown(None)
        near = self.sees_small(place.pk)
        if near and (self.sees_what_waits(place) or not figure.added):
            return Shown(figure.value)
        if figure.veiled and not (near and figure.added):
            return Shown(None) if figure.value is None else rules.SUPPRESSED
        return Shown(figure.outside)

    def sees_what_waits(self, place: "Unit") -> bool:
        """Whether a sum is shown with the reports that wait for company: to the point that it is of."""
        return self.scope.own is not None and self.scope.own.pk == place.pk and place.level == POINT_LEVEL

    def cells(self, values: Sequence[Number | None], hidden: Sequence[bool], *, unit_id: int) -> list[Shown]:
        """Cells of a report of one unit, of which some were hidden from outsiders when it was published."""
        sees = self.sees_small(unit_id)
        return [
            rules.SUPPRESSED if veiled and not sees and value is not None else Shown(value)
            for value, veiled in zip(values, hidden, strict=True)
        ]

    def show(self, value: Number | None, *, unit_id: int, counts_persons: bool) -> Shown:
        """One figure of one unit that was kept elsewhere, such as in a warning's evidence."""
        return rules.hide_small_cell(value, counts_persons, self.sees_small(unit_id))
