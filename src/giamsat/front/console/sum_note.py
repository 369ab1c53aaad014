"""Whether a consolidated report still equals its parts, as far as its reader may know.

The unit that made it is told in how many cells, and finds them on the page of the sum. The level above is told that
figures below have changed, and no number: of a commune it would learn by how much before outsiders do.
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.sources.choices import Basis


@dataclass(frozen=True, slots=True)
class SumNote:
    """``cells``: how many differ; 0 where that is not this reader's to know."""

    cells: int
    url: str


def sum_note(viewer: Viewer, found: Any) -> SumNote | None:
    """None for a report that is no sum, that still equals its parts, or to whoever has no part in it."""
    if found.basis != Basis.CONSOLIDATED or not viewer.lens.sees_small(found.unit_id):
        return None
    parts = observations.parts_of(found.unit, found.form_code, found.period)
    if not parts.differences or any(viewer.scope.has_conflict_with(each.unit) for each in parts.children):
        return None
    inside = viewer.scope.own is not None and viewer.scope.own.pk == found.unit_id
    if not inside:
        return SumNote(0, "")
    address = f"{reverse('console:consolidate')}?period={found.period_key}&form={found.form_code}"
    return SumNote(len(parts.differences), address)
