"""What a unit has to report: its duties joined with the reports it has filed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import WRITABLE, Status
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import PeriodState
from giamsat.lib.periods import Period

SHOWN_BEFORE_CUT_OFF = timedelta(days=10)
KEPT_AFTER_CUT_OFF = timedelta(days=120)
SOON = timedelta(days=2)
NOT_FILED = ""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One report owed: form, period, unit, by when, and how far it has come."""

    unit: Any
    form_code: str
    form_name: Any
    period_key: str
    basis: str
    due_on: date
    state: str
    report_id: int | None
    may_write: bool
    may_submit: bool
    today: date
    late_until: date | None = None

    @property
    def open(self) -> bool:
        """Whether the unit still has something to do about it."""
        return self.state == NOT_FILED or self.state in WRITABLE

    @property
    def late(self) -> bool:
        return self.open and self.due_on < self.today

    @property
    def soon(self) -> bool:
        return self.open and not self.late and self.due_on - self.today <= SOON

    @property
    def awaits_head(self) -> bool:
        return self.state == Status.CHO_DUYET

    @property
    def form_url(self) -> str:
        return self._url("entry_form")

    @property
    def template_url(self) -> str:
        return self._url("entry_template")

    @property
    def report_url(self) -> str:
        return reverse("console:report", args=[self.report_id]) if self.report_id else ""

    def _url(self, name: str) -> str:
        return reverse(f"console:{name}", args=[self.unit.code, self.form_code, self.period_key, self.basis])


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    title: str
    rows: list[WorkItem]


def duties(viewer: Viewer, units: Sequence[Any]) -> list[WorkItem]:
    """Everything these units owe for the periods being collected, soonest first; one question for all reports."""
    periods = _periods_in_view(viewer.today)
    filed = _filed(units, [period.key for period in periods])
    rows = [
        _duty(viewer, unit, obligation, period, filed)
        for period in periods
        for unit in units
        for obligation in sources.obligations_of(unit, period)
    ]
    rows += _opened_late(viewer, units, periods)
    return sorted(rows, key=lambda row: (row.due_on, row.unit.sort_key, row.form_code, row.basis))


def grouped(rows: Iterable[WorkItem]) -> list[Group]:
    """Sent back first, then late, to do, waiting for the head, and what is done; empty groups left out."""
    rows = list(rows)
    sent_back = [row for row in rows if row.state == Status.TRA_LAI]
    awaiting = [row for row in rows if row.awaits_head]
    to_do = [row for row in rows if row.open and row not in sent_back and row not in awaiting]
    done = sorted((row for row in rows if not row.open), key=lambda row: row.due_on, reverse=True)
    groups = [
        Group("sent-back", _("Sent back: correct and send again"), sent_back),
        Group("late", _("Late"), [row for row in to_do if row.late]),
        Group("to-do", _("To do"), [row for row in to_do if not row.late]),
        Group("awaiting-head", _("Awaiting the head"), awaiting),
        Group("done", _("Sent"), done),
    ]
    return [group for group in groups if group.rows]


def _opened_late(viewer: Viewer, units: Sequence[Any], shown: Sequence[Period]) -> list[WorkItem]:
    """What these units may report although its period is over, due on the day it closes again."""
    whose = {unit.pk: unit for unit in units}
    openings = observations.openings_that_hold(list(whose), on=viewer.today)
    others = [each for each in openings if each.period_key not in {period.key for period in shown}]
    filed = _filed(units, list({each.period_key for each in others})) if others else {}
    rows = []
    for each in others:
        unit, period = whose[each.unit_id], Period.parse(each.period_key)
        obligation = sources.obligation_of(unit, each.form_code, period, each.basis)
        if obligation is not None:
            rows.append(
                replace(
                    _duty(viewer, unit, obligation, period, filed), due_on=each.until, late_until=each.until
                )
            )
    return rows


def _periods_in_view(today: date) -> list[Period]:
    opened = sources.reporting_periods(state=PeriodState.OPEN).filter(
        cut_off_on__lte=today + SHOWN_BEFORE_CUT_OFF, cut_off_on__gte=today - KEPT_AFTER_CUT_OFF
    )
    return [row.period for row in opened]


def _filed(units: Sequence[Any], period_keys: list[str]) -> dict[tuple[int, str, str, str], Any]:
    reports = observations.reports_of([unit.pk for unit in units], period_keys)
    return {
        (report.unit_id, report.form_code, report.period_key, str(report.basis)): report for report in reports
    }


def _duty(viewer: Viewer, unit: Any, obligation: Any, period: Period, filed: dict[Any, Any]) -> WorkItem:
    report = filed.get((unit.pk, obligation.form_code, period.key, str(obligation.basis)))
    state = str(report.status) if report else NOT_FILED
    return WorkItem(
        unit=unit,
        form_code=obligation.form_code,
        form_name=sources.form_for(obligation.form_code, period),
        period_key=period.key,
        basis=str(obligation.basis),
        due_on=sources.due_on(obligation, period),
        state=state,
        report_id=report.pk if report else None,
        may_write=(state == NOT_FILED or state in WRITABLE) and viewer.may("report.compile", unit),
        may_submit=viewer.may("report.submit", unit),
        today=viewer.today,
    )
