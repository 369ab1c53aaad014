"""Deciding, when reports are published, which of their cells outsiders are not shown.

Once for each accepted version, given everything shown before: what has been shown cannot be hidden any more, and
what was hidden stays so. A report with hidden cells enters the sums that outsiders see only together with others of
its province, form and period: three units at least, so that no sum changes by one unit's few persons.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from giamsat.analysis.warehouse import upstream
from giamsat.analysis.warehouse.models import Veil
from giamsat.analysis.warehouse.persons import PersonCells, person_cells
from giamsat.analysis.warehouse.rules import period_of
from giamsat.analysis.warehouse.services import history, veil_store
from giamsat.analysis.warehouse.services.company import Company
from giamsat.analysis.warehouse.services.history import Release
from giamsat.analysis.warehouse.services.knowledge import Outsiders, Told
from giamsat.analysis.warehouse.services.sheets import Arrival, Sheet
from giamsat.analysis.warehouse.upstream import Shown, Tree
from giamsat.foundation.access import queries as access
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis


def cover(
    generation: int, tree: Tree, *, report_ids: Iterable[int] | None = None, year: int | None = None
) -> None:
    """Decide about every version in force that has not been decided about, and about those that wait with them."""
    Covering(tree, report_ids=report_ids, year=year).decide(generation)


class Covering:
    """What is to be decided about some reports or a year, gathered as they are read."""

    def __init__(
        self, tree: Tree, *, report_ids: Iterable[int] | None = None, year: int | None = None
    ) -> None:
        self.tree, self.year = tree, year
        self.unseen = None if report_ids is None else set(report_ids)
        self.known = veil_store.decided(self.unseen, year)
        self.locked: set[int] = set()
        self.by_year: dict[int, list[Arrival]] = defaultdict(list)
        self.touched: dict[int, set[tuple[int, int | None]]] = defaultdict(set)
        self.forms: dict[tuple[str, int], tuple[int, bool]] = {}

    def look(self, each: Shown) -> None:
        """A report as it may be shown; one that is not asked about is passed over."""
        if self.unseen is not None:
            if each.report_id not in self.unseen:
                return
            self.unseen.discard(each.report_id)
        name = (each.form, each.form_version)
        if name not in self.forms:
            form_id = sources.form(*name).pk
            self.forms[name] = form_id, bool(person_cells(form_id).keys)
        form_id, counts_persons = self.forms[name]
        if not counts_persons:
            return
        self.touched[each.period // 100].add((each.period, each.point_id))
        if each.state == upstream.State.LOCKED:
            self.locked.add(each.period)
        if each.version_id not in self.known:
            arrival = Arrival(
                each.version_id, each.report_id, each.unit_id, form_id, each.period, each.basis, each.values
            )
            self.by_year[each.period // 100].append(arrival)

    def decide(self, generation: int) -> None:
        """Look at what nobody has shown us yet, then decide year by year."""
        if self.unseen is None or self.unseen:
            for each in upstream.shown_reports(self.tree, report_ids=self.unseen, year=self.year):
                self.look(each)
        for year, places in sorted(self.touched.items()):
            arrivals = self.by_year[year]
            waiting = list(_waiting(self.tree, places, superseded={each.report_id for each in arrivals}))
            if arrivals or waiting:
                _Year(generation, self.tree, self.locked, [*arrivals, *waiting]).decide()


def _waiting(tree: Tree, places: set[tuple[int, int | None]], *, superseded: set[int]) -> Iterator[Arrival]:
    """Versions that wait for company in the periods and places at hand, less those a newer one takes the place of."""
    rows = Veil.objects.filter(released=False, period__in={period for period, _ in places})
    held = [row for row in rows if (row.period, tree.place(row.unit_id).point_id) in places]
    veil_store.forget([row.version_id for row in held if row.report_id in superseded])
    kept = {row.version_id: row for row in held if row.report_id not in superseded}
    for version_id, values in veil_store.values_of(kept):
        row = kept[version_id]
        yield Arrival(version_id, row.report_id, row.unit_id, row.form_id, row.period, row.basis, values)


class _Year:
    """One year's arrivals, period by period: each is decided knowing what was shown of the others."""

    def __init__(self, generation: int, tree: Tree, locked: set[int], arrivals: list[Arrival]) -> None:
        self.generation, self.tree, self.locked = generation, tree, locked
        self.arrivals = arrivals
        units = sorted({each.unit_id for each in arrivals})
        self.row_of = {unit: row for row, unit in enumerate(units)}
        self.shown = Outsiders(len(units))
        self.before = veil_store.released(units, arrivals[0].period // 100)
        self.last: dict[int, tuple[PersonCells, Any]] = {}
        self.veiled = {veil.report_id: any(veil.hidden) for veil in self.before}
        self.told_before: dict[
            tuple[int, int], list[Release]
        ] = {}  # of a point's reports that reach to a month
        self.just_told: dict[tuple[int, int], list[Release]] = defaultdict(list)
        self._remember_earlier()

    def decide(self) -> None:
        waited = veil_store.waiting_among([each.version_id for each in self.arrivals])
        by_period: dict[int, dict[tuple[int, str], list[Arrival]]] = defaultdict(lambda: defaultdict(list))
        for each in self.arrivals:
            by_period[each.period][each.form_id, each.basis].append(each)
        done: list[Sheet] = []
        for period in sorted(by_period, key=_order):
            sheets = [self._sheet(some) for _, some in sorted(by_period[period].items())]
            self._release(period, sheets)
            done += sheets
        veil_store.keep(self.generation, self.tree, done, self.last, waited)

    def _sheet(self, arrivals: list[Arrival]) -> Sheet:
        cells = person_cells(arrivals[0].form_id)
        return Sheet(
            cells=cells,
            arrivals=arrivals,
            values=cells.read([each.values for each in arrivals]),
            rows=np.array([self.row_of[each.unit_id] for each in arrivals]),
            points=[self.tree.place(each.unit_id).point_id for each in arrivals],
        )

    def _release(self, period: int, sheets: list[Sheet]) -> None:
        company = Company(self.tree, period, closed=period in self.locked)
        own = [sheet for sheet in sheets if sheet.arrivals[0].basis == Basis.OWN]
        for sheet in sheets:
            self._hide(sheet)
        self._recall(period, own)
        for sheet in own:
            company.join(sheet)
        company.decide()
        while sum(self._guard_sums(sheet) for sheet in own):  # every sheet, not up to the first
            company.decide()
        for sheet in sheets:
            if sheet.released is None:  # consolidated: stands beside the sums and changes none
                sheet.released = np.ones(len(sheet.arrivals), bool)
                sheet.hidden[sheet.alone] = True
            sheet.hidden[~sheet.released] = True
            self.shown.add(sheet)
        for sheet in own:
            for point, which in sheet.released_by_point().items():
                self.just_told[point, period_of(period).reach].append(
                    sheet.release(point, which, self.generation)
                )

    def _hide(self, sheet: Sheet) -> None:
        """Each report by itself."""
        sheet.table = self.shown.table(sheet)
        sheet.table.tell_by_totals(sheet.cells.overlaps)
        hiding = access.hide(sheet.table, sheet.cells.sums)
        sheet.hidden, sheet.alone = hiding.hidden, hiding.told().any(axis=1)
        if sheet.cells.apart:  # a total on another form would tell what the parts here add up to
            sheet.hidden[:], sheet.alone[:] = True, True
        replacing = [self.veiled.get(each.report_id, False) for each in sheet.arrivals]
        sheet.silent = sheet.hidden.any(axis=1) | np.array(replacing)

    def _guard_sums(self, sheet: Sheet) -> bool:
        """What is released together must not give one of its cells away by how the sums change.

        Tells whether some are left alone, for what could hide them is known: they have to wait.
        """
        before = int(sheet.alone.sum())
        entering = {
            point: which
            for point, which in sheet.released_by_point().items()
            if sheet.silent[which].any() and not np.array_equal(sheet.guarded.get(point, ()), which)
        }
        if entering:
            sheet.guarded |= entering
            which = np.concatenate(list(entering.values()))
            sheet.hidden[which], alone = self._guarded(sheet, entering, which)
            sheet.alone[which] |= alone
        return int(sheet.alone.sum()) > before

    def _guarded(self, sheet: Sheet, entering: Mapping[int, Any], which: Any) -> tuple[Any, Any]:
        """Of reports that enter their points' sums together: what is hidden, and which of them have to wait."""
        arriving = [sheet.release(point, some, self.generation) for point, some in entering.items()]
        earlier = [
            old
            for each in arriving
            for old in history.bearing_on(each, self._told(each.point_id, each.period))
        ]
        return history.guarded(earlier, arriving, sheet.table.of_rows(which))

    def _recall(self, period: int, sheets: list[Sheet]) -> None:
        """What was told of the points where these have something to hide, read once."""
        reach = period_of(period).reach
        points = {sheet.points[row] for sheet in sheets for row in np.flatnonzero(sheet.silent)}
        new = [point for point in points if point is not None and (point, reach) not in self.told_before]
        units = {unit: point for point in new for unit in self.tree.under[point]}
        told = veil_store.releases(units, period // 100, reach)
        for point in new:
            self.told_before[point, reach] = told.get(point, [])

    def _told(self, point: int, period: int) -> list[Release]:
        key = point, period_of(period).reach
        return [*self.told_before[key], *self.just_told[key]]

    def _remember_earlier(self) -> None:
        """What outsiders have been shown of these units' year, in the order in which it was shown."""
        values = dict(veil_store.values_of({veil.version_id for veil in self.before}))
        groups: dict[tuple[int, int, str], list[Veil]] = defaultdict(list)
        for veil in self.before:
            groups[veil.period, veil.form_id, veil.basis].append(veil)
        for (period, form_id, basis), veils in groups.items():
            cells = person_cells(form_id)
            figures = cells.read([values[veil.version_id] for veil in veils])
            hidden = cells.unpacked([bytes(veil.hidden) for veil in veils])
            for place, veil in enumerate(veils):
                self.last[veil.report_id] = (cells, figures[place])
            rows = np.array([self.row_of[veil.unit_id] for veil in veils])
            self.shown.remember(Told(cells, period, basis, figures, hidden, rows), np.arange(len(rows)))


def _order(period: int) -> tuple[int, bool]:
    """Through the year; a month before the cumulative period that ends with it."""
    known = period_of(period)
    return known.reach, known.kind != "M"
