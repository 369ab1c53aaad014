"""A rule that is not in force put to reports that were accepted long ago: what it would have said. Nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from giamsat.intake.observations.evidence import Asked, Body, Evidence, evidence_for
from giamsat.intake.observations.figures import IN_FORCE, stored, versions_in_force
from giamsat.intake.observations.models import Report
from giamsat.intake.quality import services
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.intake.quality.queries import Rule
    from giamsat.intake.sources.models import Form
    from giamsat.intake.sources.queries import Cell


@dataclass(frozen=True)
class Sight:
    """What of small cells somebody may see: all of some units, and of other units what was published.

    ``veiled`` tells of each version that was published which cells are hidden from outsiders; of one that was not,
    outsiders see no figure of persons.
    """

    open_units: Collection[int]
    veiled: Callable[[Iterable[int]], Mapping[int, frozenset[str]]]


@dataclass(frozen=True)
class Past:
    """The accepted reports of one form, period and basis with all that a rule may look at, as one person sees them.

    ``closed``: how many cells are closed to this person; they count as blank.
    """

    form: Form
    period: Period
    basis: str
    units: Sequence[Body]
    reports: Sequence[int]
    current: Grid
    evidence: Evidence
    closed: int

    def checked(self, rule: Rule) -> services.Checked:
        """What one rule says of each of them."""
        return services.check_many(
            self.form.cells,
            self.current,
            period=self.period,
            basis=self.basis,
            history=self.evidence.history,
            own=self.evidence.own,
            children=self.evidence.children,
            peers=self.evidence.peers,
            predecessors=self.evidence.predecessors,
            about=self.evidence.about,
            siblings=self.evidence.siblings,
            siblings_history=self.evidence.siblings_history,
            rules=[rule],
        )


def past_reports(
    form_code: str, period: Period, basis: str, *, rules: Sequence[Rule], sight: Sight
) -> Past | None:
    """Reports in force of a period, and their past; None when there is none. Figures not accepted stay outside."""
    form = sources.form_for(form_code, period)
    told = Report.objects.filter(
        form_code=form_code, period_key=period.key, basis=basis, in_force__isnull=False
    )
    rows = told.order_by("unit__sort_key", "unit_id").values_list(
        "pk", "unit_id", "unit__kind", "unit__path", "unit__members"
    )
    reports, *bodies = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    if not reports:
        return None
    units = [Body(*each) for each in zip(*bodies, strict=True)]
    ids = [unit.pk for unit in units]
    keys = [cell.key for cell in form.cells]
    figures = stored(keys, ids, form_codes=[form_code], period_key=period.key, basis=basis, which=IN_FORCE)
    evidence = evidence_for(Asked(units, form, period, basis, tuple(rules), which=IN_FORCE), figures)
    veil = _Veil(ids, basis, sight)
    current, closed = veil.over(figures, form.cells, [form_code], period)
    return Past(form, period, basis, units, reports, current, veil.over_all(evidence, form, period), closed)


@dataclass(frozen=True)
class _Veil:
    """Takes the cells out of grids that one person is not shown."""

    unit_ids: Sequence[int]
    basis: str
    sight: Sight

    def over(
        self, grid: Grid, cells: Sequence[Cell], form_codes: Sequence[str], period: Period, basis: str = ""
    ) -> tuple[Grid, int]:
        """A grid without them, and how many there were."""
        versions = versions_in_force(form_codes, period.key, basis or self.basis)
        decided = self.sight.veiled([versions[unit] for unit in self.unit_ids if unit in versions])
        persons = np.array([cell.counts_persons for cell in cells], np.bool_)
        places = {cell.key: place for place, cell in enumerate(cells)}
        closed = np.zeros(grid.shape, np.bool_)
        for row, unit in enumerate(self.unit_ids):
            if unit in self.sight.open_units:
                continue
            hidden = decided.get(versions.get(unit, 0))
            if hidden is None:
                closed[row] = persons
            else:
                closed[row, [places[key] for key in hidden if key in places]] = True
        closed &= grid.present
        return Grid(grid.scaled * ~closed, grid.present & ~closed, grid.texts), int(closed.sum())

    def over_all(self, evidence: Evidence, form: Form, period: Period) -> Evidence:
        """The same for everything beside the figures.

        Of sums over units below or merged and of other forms outsiders see no figure of persons at all.
        """
        family = sources.family(form.code)
        children = evidence.children
        return Evidence(
            history={
                each: self.over(grid, form.cells, family, each)[0] for each, grid in evidence.history.items()
            },
            own=evidence.own and self.over(evidence.own, form.cells, [form.code], period, Basis.OWN)[0],
            children=children and replace(children, total=self._without_persons(children.total, form.cells)),
            peers={key: self._of_peers(key, grid) for key, grid in evidence.peers.items()},
            predecessors=evidence.predecessors and self._without_persons(evidence.predecessors, form.cells),
            about=evidence.about,
            siblings=[(cells, self._without_persons(grid, cells)) for cells, grid in evidence.siblings],
            siblings_history={
                each: self._without_persons(grid, [cell for cells, _ in evidence.siblings for cell in cells])
                for each, grid in evidence.siblings_history.items()
            },
        )

    def _of_peers(self, key: object, grid: Grid) -> Grid:
        """A share is told at the unit's own figure, which it would give away."""
        if isinstance(key, int):
            return grid
        shown = grid.present & np.array([unit in self.sight.open_units for unit in self.unit_ids])[:, None]
        return Grid(grid.scaled * shown, shown)

    def _without_persons(self, grid: Grid, cells: Sequence[Cell]) -> Grid:
        persons = np.array([cell.counts_persons for cell in cells], np.bool_)
        open_rows = np.array([unit in self.sight.open_units for unit in self.unit_ids], np.bool_)
        shown = grid.present & (open_rows[:, None] | ~persons)
        return Grid(grid.scaled * shown, shown)
