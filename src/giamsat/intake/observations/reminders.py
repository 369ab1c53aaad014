"""Who still owes a report is told some days before it is due, and once more when it is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.notices import queries as notices
from giamsat.foundation.notices import services as notices_services
from giamsat.foundation.notices.choices import Page
from giamsat.intake.observations.choices import WRITABLE
from giamsat.intake.observations.models import Report
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import PeriodState
from giamsat.lib import clock
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Obligation

WORKERS = ("report.compile", "report.submit")
TOLD_LATE = timedelta(days=3)  # from the day after; longer than a day, in case nothing ran on it
Owed = dict["Unit", list[str]]


class Due(NamedTuple):
    """One reason to tell: reports of a period due on a day, still in time or not."""

    period: Period
    on: date
    late: bool

    @property
    def key(self) -> str:
        return f"reports.{'late' if self.late else 'due'}:{self.period.key}:{self.on.isoformat()}"


@catalogue.one_look()
def remind(*, at: datetime) -> int:
    """Tell those who compile or submit what their unit owes; one notice for each person, period and day it is due.

    Returns how many were told. Run again, it tells nobody again.
    """
    today = clock.day_of(at)
    told = 0
    for due, owed in _owed(today).items():
        for what, people in _by_debt(due, owed, at).items():
            told += notices_services.tell(
                people,
                key=due.key,
                words=partial(_words, due, what),
                page=Page.ENTRY,
                about=[unit for unit, _forms in what],
                at=at,
            )
    return told


def _owed(today: date) -> Mapping[Due, Owed]:
    owed: dict[Due, Owed] = defaultdict(lambda: defaultdict(list))
    for row in sources.reporting_periods(state=PeriodState.OPEN).filter(cut_off_on__lte=today):
        for obligation in sources.obligations(row.period):
            on = sources.due_on(obligation, row.period)
            if today - TOLD_LATE <= on <= today + timedelta(days=settings.REMIND_DAYS):
                for unit in _owing(obligation, row.period):
                    owed[Due(row.period, on, late=on < today)][unit].append(obligation.form_code)
    return owed


def _owing(obligation: Obligation, period: Period) -> Iterator[Unit]:
    """The units that have not sent this report to the level above."""
    code, basis = obligation.form_code, obligation.basis
    filed = Report.objects.filter(form_code=code, period_key=period.key, basis=basis)
    sent = set(filed.exclude(status__in=WRITABLE).order_by().values_list("unit_id", flat=True))
    for unit in sources.obliged_units(code, period, basis).filter(kind=obligation.unit_kind):
        if unit.pk not in sent:
            yield unit


def _by_debt(due: Due, owed: Owed, at: datetime) -> dict[tuple[tuple[Unit, str], ...], list[Account]]:
    """Those not told yet, together with whoever owes the very same."""
    units = {unit.pk: unit for unit in owed}
    found = notices.people_at(owed, WORKERS, sees=Page.ENTRY.sees, at=at, but=notices.told(due.key))
    debts: dict[Account, list[tuple[Unit, str]]] = defaultdict(list)
    for pk, people in found.items():
        for person in people:
            debts[person].append((units[pk], ", ".join(dict.fromkeys(owed[units[pk]]))))
    together = defaultdict(list)
    for person, debt in debts.items():
        together[tuple(debt)].append(person)
    return together


def _words(due: Due, what: tuple[tuple[Unit, str], ...], language: str) -> str:
    named = {
        "day": f"{due.on:%d/%m/%Y}",
        "period": due.period.label(language),
        "what": "; ".join(f"{unit.name(language)}: {forms}" for unit, forms in what),
    }
    if due.late:
        return _("Late since %(day)s, period %(period)s. Still owed – %(what)s.") % named
    return _("Due by %(day)s, period %(period)s. Still owed – %(what)s.") % named
