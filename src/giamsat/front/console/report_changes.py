"""Which cells of a report changed from one version to the next: from what to what, when, by whom and why.

Whoever makes the report, or decides about it, reads every version that is theirs to read. Others compare accepted
versions, and of a cell that was hidden in either learn only the mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from giamsat.foundation.audit import queries as trail
from giamsat.front.console.history import CAME_BACK
from giamsat.front.console.report_page import version_shown, versions_shown
from giamsat.front.console.sheet import NOW, difference, hide_through
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.quality import queries as quality


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell before and after, as its reader is shown them; ``by`` is unknown where either is hidden."""

    key: str
    name: str
    before: Any
    after: Any
    by: Decimal | None


@dataclass(frozen=True, slots=True)
class VersionChange:
    """What one version changed in the one before."""

    version: Any
    earlier: Any
    why: str
    cells: list[CellChange]


@dataclass(frozen=True, slots=True)
class Fall:
    """A later report of the year that stands lower than this one in a cumulative cell."""

    report: Any
    cells: list[CellChange]


@login_required
@require_safe
def changes(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    version = version_shown(viewer, found)
    shown = versions_shown(viewer, found, version)
    inside = viewer.lens.sees_small(found.unit_id)
    context = {
        "report": found,
        "unit": found.unit,
        "form": observations.form_of(version),
        "steps": _steps(viewer, found, shown, with_why=inside),
        "falls": _falls(viewer, found, version) if inside else [],
    }
    return render(request, "console/report_changes.html", context)


def _steps(viewer: Viewer, found: Any, shown: Sequence[Any], *, with_why: bool) -> list[VersionChange]:
    """The newest first; ``shown`` are the versions in that order."""
    reasons = _reasons(found) if with_why else []
    return [
        VersionChange(later, earlier, _why(reasons, earlier, later), _cells(viewer, found, earlier, later))
        for later, earlier in pairwise(shown)
    ]


def _reasons(found: Any) -> list[tuple[datetime, str]]:
    came_back = trail.history_of(found.subject).filter(verb__in=CAME_BACK)
    return [(entry.at, entry.facts.get("reason", "")) for entry in came_back]


def _why(reasons: Sequence[tuple[datetime, str]], earlier: Any, later: Any) -> str:
    """For what the report came back between the two."""
    between = [why for at, why in reasons if earlier.recorded_at <= at <= later.recorded_at]
    return between[-1] if between else ""


def _cells(viewer: Viewer, found: Any, earlier: Any, later: Any) -> list[CellChange]:
    """The cells of the later version's form that differ; what its form does not ask any more is left out."""
    form, label = observations.form_of(later), quality.labels()
    was, now = observations.values_of(earlier), observations.values_of(later)
    before = hide_through(viewer.lens, found.unit_id, earlier.pk)(
        [was.get(cell.key) for cell in form.cells], form.cells, NOW
    )
    after = hide_through(viewer.lens, found.unit_id, later.pk)(
        [now.get(cell.key) for cell in form.cells], form.cells, NOW
    )
    return [
        CellChange(cell.key, label(cell.key, viewer.language), one, two, difference(two, one))
        for cell, one, two in zip(form.cells, before, after, strict=True)
        if _differ(one, two)
    ]


def _differ(one: Any, two: Any) -> bool:
    """Of a hidden cell nobody outside is told whether it changed."""
    return not (one.hidden or two.hidden) and one.value != two.value


def _falls(viewer: Viewer, found: Any, version: Any) -> list[Fall]:
    """Later cumulative reports of the year that this version now lies above (R-05); told inside the unit and above."""
    label = quality.labels()
    falls = []
    for later in observations.later_in_year(found):
        lower = observations.fallen(version, observations.version_for(viewer.scope, later))
        cells = [
            CellChange(key, label(key, viewer.language), before, after, after - before)
            for key, (before, after) in lower.items()
        ]
        if cells:
            falls.append(Fall(later, cells))
    return falls
