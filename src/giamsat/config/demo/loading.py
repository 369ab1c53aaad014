"""Send the practice country through the doors of real reports, in the order in which they would come."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from giamsat.config.demo import scenario, schedule, sequence
from giamsat.config.demo.bodies import PRESENT_VINTAGE, Bodies
from giamsat.config.demo.country_figures import Figures
from giamsat.config.demo.defects import Defects, Wrong, spoiled
from giamsat.config.demo.files import csv_file
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services as reports
from giamsat.intake.observations.services import Accepting
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as forms
from giamsat.intake.sources import services as sources
from giamsat.intake.sources.choices import Basis, Channel
from giamsat.lib.actors import Actor
from giamsat.lib.formulas import Grid
from giamsat.lib.memory import no_search_for_cycles
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.intake.sources.models import Form

SENDER = Actor.system("practice")
EXPLANATION = "Đơn vị đã rà soát, xác nhận số liệu đúng thực tế trong kỳ."
RETURN_REASON = (
    "Số kiểm tra của ba đơn vị cấp xã chưa khớp với báo cáo của đơn vị; đề nghị rà soát và gửi lại."
)
A_KIND_OF = {
    "former": "former_province",
    "points": "province",
    "communes": "commune",
}  # alike in what they owe
TODAYS_QUARTER = "2026-9M"
NEWEST = (TODAYS_QUARTER, "2026-M09")
HANDED_IN = scenario.OPENS_AT - timedelta(days=3)  # the last moment for points that are in with nine months
STILL_OUT_SHARE = 0.3  # of the communes under points that are late with their nine months


@dataclass
class Loader:
    """One loading of some forms."""

    figures: Figures
    defects: Defects
    rng: np.random.Generator
    walk_unit: str
    only: Collection[str] | None = None  # points that report, for tests; all when not given
    codes: Sequence[str] = sequence.FORMS
    follows: bool = False  # another stream, period by period
    sent: dict[str, int] = field(
        default_factory=lambda: {"reports": 0, "cells": 0, "deliveries": 0, "refused": 0}
    )

    def run(
        self,
        some: Collection[Period] | None = None,
        *,
        done: Callable[[sequence.Step], object] = lambda _: None,
        await_turn: Callable[[Period], object] = lambda _: None,
    ) -> dict[str, int]:
        """Everything (or some periods), oldest first; returns how much was sent and how much was refused.

        ``await_turn``: comes back when the stream that this one follows is through with a period.
        """
        self.ids = {
            (vintage, code): pk
            for pk, vintage, code in units.all_units().values_list("pk", "vintage", "code")
        }
        for period, code in sequence.steps(self.codes, some):
            if self.follows:
                await_turn(period)
            with catalogue.one_look(), no_search_for_cycles():
                self._send_form(code, period)
            done((period, code))
        return self.sent

    def _send_form(self, code: str, period: Period) -> None:
        if code in sequence.OF_POINTS_ALONE:
            self._send("points", code, period)
            return
        if sequence.is_former(period):
            self._send("former", sequence.of_points(code), period)
            return
        self._communes(code, period)
        if period.kind == "M":
            return
        own = sequence.of_points(code)
        if period.key == TODAYS_QUARTER:
            self._points_of_today(own, period)
            return
        self._wrong(own, period, ("wrong_unit",))
        self._send("points", own, period)
        self._wrong(own, period, ("missing_child",))
        self._late_children(code, period)
        self._send("points", own, period, basis=Basis.CONSOLIDATED)

    def _communes(self, code: str, period: Period) -> None:
        """Wrong ones first, each refused; then all who have reported by now, point by point when it is fresh."""
        self._wrong(code, period, ("sum_error", "decreased"))
        bodies = self.figures.communes.bodies
        rows = np.arange(len(bodies))
        if code == "BMT":
            rows = rows[bodies.territorial[rows]]
        rows = rows[~np.isin(rows, sorted(self._held_back(code, period)))]
        rows = rows[self._takes_part(bodies.parents)[rows]]
        if period.key not in NEWEST:
            self._send("communes", code, period, rows)
            return
        parents = np.array(bodies.parents)[rows]
        for point in self.figures.points.bodies.codes:
            if len(inside := rows[parents == point]):
                self._send("communes", code, period, inside, point=point)

    def _takes_part(self, points: Sequence[str]) -> np.ndarray:
        return np.isin(points, list(self.only)) if self.only is not None else np.ones(len(points), dtype=bool)

    def _held_back(self, code: str, period: Period) -> set[int]:
        """Communes whose report is not there yet: children that come late, and what is still out today."""
        held = {each.child for each in self.defects.wrong_in(f"{code}P", period.key, "missing_child")}
        if period.key in NEWEST:
            bodies = self.figures.communes.bodies
            held |= {row for row in self._still_out if bodies.territorial[row] or code != "BMT"}
            if code == "BMT":
                held.add(bodies.place[self.walk_unit])
        return held

    @property
    def _still_out(self) -> set[int]:
        bodies = self.figures.communes.bodies
        inside = np.flatnonzero(np.isin(bodies.parents, scenario.LATE_POINTS))
        return {int(row) for row in inside[:: round(1 / STILL_OUT_SHARE)]}

    def _late_children(self, code: str, period: Period) -> None:
        parents = self.figures.communes.bodies.parents
        wrong = self.defects.wrong_in(f"{code}P", period.key, "missing_child")
        children = [each.child for each in wrong if self._takes_part([parents[each.child]])[0]]
        if children:
            self._send("communes", code, period, np.array(sorted(set(children))))

    def _points_of_today(self, code: str, period: Period) -> None:
        """Nine months in the middle of consolidation: most accepted, some returned, some not here yet."""
        bodies = self.figures.points.bodies
        taking_part = self._takes_part(bodies.codes)
        here = np.flatnonzero(taking_part & ~np.isin(bodies.codes, scenario.LATE_POINTS))
        back = np.array([row for row in here if bodies.codes[row] in scenario.RETURNED_POINTS])
        done = np.setdiff1d(here, back)
        self._send("points", code, period, done)
        self._send("points", code, period, back, accept=False)
        for rows in (done, back):
            self._send("points", code, period, rows, basis=Basis.CONSOLIDATED, accept=False)
        for basis, rows in ((Basis.OWN, back), (Basis.CONSOLIDATED, here)):
            for row in rows:
                self._judge(code, period, basis, int(row), accept=row in done)

    def _judge(self, code: str, period: Period, basis: str, row: int, *, accept: bool) -> None:
        """The point's head submits; the Centre accepts, or sends back."""
        unit = units.unit_by_code(self.figures.points.bodies.codes[row], vintage=PRESENT_VINTAGE)
        report = observations.report_of(unit, code, period.key, basis)
        if report is None or report.current_id is None:
            raise RuntimeError(
                f"{unit} has no {code} of {period}: the figures of the practice country break a rule"
            )
        at = HANDED_IN + timedelta(minutes=row)
        for finding in quality.unexplained(report.current_id):
            reports.explain(report, finding.pk, EXPLANATION, by=SENDER, at=at)
        reports.submit(report, by=SENDER, at=at)
        if accept:
            reports.accept(report, by=SENDER, at=HANDED_IN + timedelta(hours=6, minutes=row))
        else:
            reports.send_back(
                report, reason=RETURN_REASON, by=SENDER, at=HANDED_IN + timedelta(hours=26, minutes=row)
            )

    def _send(
        self,
        book: str,
        code: str,
        period: Period,
        rows: np.ndarray | None = None,
        *,
        basis: str = Basis.OWN,
        point: str | None = None,
        accept: bool = True,
    ) -> None:
        """One file with many units' reports, kept as a delivery and taken in with all its checks."""
        rows = self._all_rows(book) if rows is None else rows
        if not len(rows):
            return
        form, bodies = forms.form_for(code, period), self.figures.book(book).bodies
        values = self._values(book, [cell.key for cell in form.cells], period, basis)[rows]
        instants = self._instants(book, code, period, rows, basis)
        receiver = self.ids[PRESENT_VINTAGE, point] if point else None
        delivery = sources.keep_delivery(
            _file(form, period, basis, bodies=bodies, rows=rows, values=values),
            filename="_".join([code, period.key, basis, *([point] if point else [])]) + ".csv",
            channel=Channel.CSV,
            by=SENDER,
            at=max(instants),
            unit_id=receiver,
        )
        unit_ids = [self.ids[bodies.vintage, bodies.codes[row]] for row in rows]
        receipt = reports.receive_many(
            form, period, unit_ids, Grid.of_floats(values), by=SENDER, at=max(instants), basis=basis,
            delivery=delivery, recorded_at=instants, accepting=Accepting(SENDER, EXPLANATION) if accept else None,
        )  # fmt: skip
        sources.accept_delivery(delivery, unit_id=receiver)
        _require_clean(receipt, delivery.filename)
        self._count(len(rows), values.size)

    def _all_rows(self, book: str) -> np.ndarray:
        codes = self.figures.book(book).bodies.codes
        former = book == "former"
        return np.flatnonzero(np.isin(codes, list(self._forerunners)) if former else self._takes_part(codes))

    @cached_property
    def _forerunners(self) -> set[str]:
        """The former provinces that went into the points that report."""
        if self.only is None:
            return set(self.figures.former.bodies.codes)
        points = [units.unit_by_code(point, vintage=PRESENT_VINTAGE) for point in self.only]
        return {gone.code for point in points for gone in units.predecessors(point)}

    def _values(self, book: str, keys: Sequence[str], period: Period, basis: str) -> np.ndarray:
        if basis == Basis.CONSOLIDATED:
            return self.figures.consolidated(keys, period)
        return self.figures.book(book).cells(keys, period)

    def _instants(self, book: str, code: str, period: Period, rows: np.ndarray, basis: str) -> list[datetime]:
        today = book == "points" and period.key == TODAYS_QUARTER
        late = self.defects.late.get((book, code, period.key), set()) if basis == Basis.OWN else set()
        return schedule.arrivals(
            len(rows),
            cut_off=forms.cut_off_on(period),
            due=self._due(book, code, period, basis),
            late=[place for place, row in enumerate(rows) if int(row) in late],
            not_after=HANDED_IN if today else scenario.OPENS_AT - timedelta(minutes=20),
            rng=self.rng,
        )

    def _due(self, book: str, code: str, period: Period, basis: str) -> date:
        owed = {(each.form_code, each.basis, each.unit_kind): each for each in forms.obligations(period)}
        return forms.due_on(owed[code, basis, A_KIND_OF[book]], period)

    def _wrong(self, code: str, period: Period, spoils: Sequence[str]) -> None:
        """Files in which every report has to be refused, one for each kind of mistake."""
        for spoil in spoils:
            wrong = [
                each for each in self.defects.wrong_in(code, period.key, spoil) if self._comes_from_here(each)
            ]
            if wrong:
                self._send_wrong(wrong, period)

    def _comes_from_here(self, wrong: Wrong) -> bool:
        bodies = self.figures.book(wrong.book).bodies
        if wrong.book == "former":
            return bodies.codes[wrong.row] in self._forerunners
        point = (bodies.parents if wrong.book == "communes" else bodies.codes)[wrong.row]
        return bool(self._takes_part([point])[0])

    def _send_wrong(self, wrong: Sequence[Wrong], period: Period) -> None:
        label, book = wrong[0].label, self.figures.book(wrong[0].book)
        form = forms.form_for(label.form, period)
        values = self._wrong_values(wrong, [cell.key for cell in form.cells], period)
        rows = [each.row for each in wrong]
        content = _file(form, period, label.basis, bodies=book.bodies, rows=rows, values=values)
        at = min(sequence.closing(period), scenario.OPENS_AT) - timedelta(days=1)
        receipts = reports.receive_file(content, filename=f"{label.defect}.csv", by=SENDER, at=at)
        for each, receipt in zip(wrong, receipts, strict=True):
            if not receipt.refused:
                raise RuntimeError(f"{each.label}: was to be refused and was not")
        self.sent["refused"] += len(receipts)

    def _wrong_values(self, wrong: Sequence[Wrong], keys: list[str], period: Period) -> np.ndarray:
        """Reports × cells, all spoiled in one way."""
        spoil, book, rows = wrong[0].spoil, self.figures.book(wrong[0].book), [each.row for each in wrong]
        if spoil == "wrong_unit":  # a former province goes on as if there had been no merger
            return np.zeros((len(rows), len(keys)))
        if spoil == "missing_child":
            children = [each.child for each in wrong]
            whole = self.figures.consolidated(keys, period)[rows]
            return whole - self.figures.communes.cells(keys, period)[children]
        right, before = book.cells(keys, period)[rows], period.previous_cumulative()
        earlier = book.cells(keys, before)[rows] if spoil == "decreased" and before else right
        pairs = zip(right, earlier, strict=True)
        return np.array([spoiled(row, keys, spoil, earlier_row) for row, earlier_row in pairs])

    def _count(self, sent: int, cells: int) -> None:
        self.sent["reports"] += sent
        self.sent["cells"] += cells
        self.sent["deliveries"] += 1


def _file(
    form: "Form",
    period: Period,
    basis: str,
    *,
    bodies: Bodies,
    rows: Sequence[int] | np.ndarray,
    values: np.ndarray,
) -> bytes:
    units_in_it = [(bodies.codes[row], bodies.vintage) for row in rows]
    keys = [cell.key for cell in form.cells]
    return csv_file(
        form=form.code, version=form.version, period=period.key, basis=basis, units=units_in_it, keys=keys,
        values=values,
    )  # fmt: skip


def _require_clean(receipt: reports.BulkReceipt, name: str) -> None:
    for first in receipt.refusals.values():
        raise RuntimeError(
            f"{name}: {len(receipt.refusals)} clean reports refused, first: {first.message} {first.facts}"
        )
