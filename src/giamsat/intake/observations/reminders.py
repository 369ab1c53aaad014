"""Who still owes a report is told before it is due, on the day, and when it is late; and by the level above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.foundation.access.choices import Action
from giamsat.foundation.audit import services as audit
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.notices import queries as notices
from giamsat.foundation.notices import services as notices_services
from giamsat.foundation.notices.choices import Page
from giamsat.foundation.units import queries as units
from giamsat.intake.observations import punctuality, rights
from giamsat.intake.observations.choices import WRITABLE, Arrived
from giamsat.intake.observations.errors import NobodyLate, NobodyToRemind, RemindedAlready
from giamsat.intake.observations.models import Report
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import PeriodState
from giamsat.lib import clock
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Obligation

WORKERS = (Action.REPORT_COMPILE.value, Action.REPORT_SUBMIT.value)
DECIDERS = (Action.REPORT_ACCEPT.value,)
TOLD_LATE = timedelta(days=3)  # longer than a weekend, in case nothing ran
MOST_NAMED = 5
Owed = dict["Unit", list[str]]


class Due(NamedTuple):
    """One reason to tell: reports of a period due on a day, so many working days before it or after."""

    period: Period
    on: date
    step: int

    @property
    def late(self) -> bool:
        return self.step > 0

    @property
    def key(self) -> str:
        return (
            f"reports.{'late' if self.late else 'due'}:{self.period.key}:{self.on.isoformat()}:{self.step:+d}"
        )


@dataclass(frozen=True, slots=True)
class Reminded:
    """Whom the level above has reminded: so many persons, of so many units that still owe."""

    persons: int
    units: int


@catalogue.one_look()
def remind(*, at: datetime) -> int:
    """Tell those who compile or submit what their unit owes; one notice for each person, period, due day and step.

    When it is late, those who accept at the level above are told which units are. Returns how many were told; run
    again, it tells nobody again.
    """
    told = 0
    for due, owed in _owed(clock.day_of(at)).items():
        told += _tell(owed, key=due.key, words=partial(_words, due), at=at)
        if due.late:
            told += _tell_above(due, owed, at)
    return told


@transaction.atomic
@catalogue.one_look()
def remind_late(period: Period, *, by: Account, at: datetime) -> Reminded:
    """The level directly above reminds all of its units that are late or had a report sent back; once a day.

    Refused without the right to accept their reports, when nobody is late, when all were reminded today already, and
    when nobody works there who could be told.
    """
    scope = rights.person(by, at=at).scope
    above = scope.own if scope is not None else None
    if above is None or scope is None:
        raise NobodyLate(period.key)
    scope.require(Action.REPORT_ACCEPT, above)
    owed = _late_below(above, period, clock.day_of(at))
    owed = {unit: forms for unit, forms in owed.items() if scope.may(Action.REPORT_ACCEPT, unit)}
    if not owed:
        raise NobodyLate(period.key)
    key = f"reports.reminded:{period.key}:{above.pk}:{clock.day_of(at).isoformat()}"
    told = _tell(owed, key=key, words=partial(_reminding, period, above), at=at)
    if not told:
        raise RemindedAlready(period.key) if notices.told(key) else NobodyToRemind(period.key)
    facts = {
        "period": period.key,
        "reports": sum(map(len, owed.values())),
        "units": [unit.code for unit in owed],
        "accounts": told,
    }
    audit.record(
        "reports.reminded",
        subject=f"period:{period.key}",
        by=by.actor(),
        at=at,
        facts=facts,
        unit_id=above.pk,
    )
    return Reminded(told, len(owed))


def _tell(owed: Owed, *, key: str, words: partial[str], at: datetime) -> int:
    told = 0
    for what, people in _by_debt(key, owed, at).items():
        about = [unit for unit, _forms in what]
        told += notices_services.tell(
            people, key=key, words=partial(words, what), page=Page.ENTRY, about=about, at=at
        )
    return told


def _tell_above(due: Due, owed: Owed, at: datetime) -> int:
    """Those who accept for the units directly above: which of theirs are late, once."""
    by_path: dict[str, list[Unit]] = defaultdict(list)
    for unit in owed:
        by_path[unit.path[: -unit.steplen]].append(unit)
    above = {unit.pk: unit for unit in units.all_units().filter(path__in=list(by_path), valid_to=None)}
    key = f"{due.key}:below"
    found = notices.people_at(above.values(), DECIDERS, sees=Page.CALENDAR.sees, at=at, but=notices.told(key))
    return sum(
        notices_services.tell(
            people, key=key, words=partial(_words_above, due, by_path[above[pk].path]),
            page=Page.CALENDAR, about=by_path[above[pk].path], at=at,
        )
        for pk, people in found.items()
    )  # fmt: skip


def _owed(today: date) -> Mapping[Due, Owed]:
    owed: dict[Due, Owed] = defaultdict(lambda: defaultdict(list))
    told = sources.reminders()
    for row in sources.reporting_periods(state=PeriodState.OPEN).filter(cut_off_on__lte=today):
        for obligation in sources.obligations(row.period):
            on = sources.due_on(obligation, row.period)
            step = told.step(on, today, sources.working_days(obligation.calendar_id), latest=TOLD_LATE)
            if step is not None:
                for unit in _owing(obligation, row.period, today):
                    owed[Due(row.period, on, step)][unit].append(obligation.form_code)
    return owed


def _owing(obligation: Obligation, period: Period, today: date) -> Iterator[Unit]:
    """The units that have not sent this report to the level above, and are not closed since."""
    code, basis = obligation.form_code, obligation.basis
    filed = Report.objects.filter(form_code=code, period_key=period.key, basis=basis)
    sent = set(filed.exclude(status__in=WRITABLE).order_by().values_list("unit_id", flat=True))
    still_open = Q(valid_to=None) | Q(valid_to__gt=today)
    owing = sources.obliged_units(code, period, basis).filter(still_open, kind=obligation.unit_kind)
    for unit in owing:
        if unit.pk not in sent:
            yield unit


def _late_below(above: Unit, period: Period, today: date) -> Owed:
    below = {unit.pk: unit for unit in units.children(above, today)}
    asked = punctuality.duties([sources.reporting_period(period.key).period])
    late = (Arrived.MISSING.value, Arrived.RETURNED.value)
    owed: Owed = defaultdict(list)
    for each in punctuality.one_by_one(asked, above, today=today, unit_ids=below, stands=late):
        owed[below[each.unit_id]].append(each.duty.form_code)
    return owed


def _by_debt(key: str, owed: Owed, at: datetime) -> dict[tuple[tuple[Unit, str], ...], list[Account]]:
    """Those not told yet, together with whoever owes the very same."""
    by_pk = {unit.pk: unit for unit in owed}
    found = notices.people_at(owed, WORKERS, sees=Page.ENTRY.sees, at=at, but=notices.told(key))
    debts: dict[Account, list[tuple[Unit, str]]] = defaultdict(list)
    for pk, people in found.items():
        for person in people:
            debts[person].append((by_pk[pk], ", ".join(dict.fromkeys(owed[by_pk[pk]]))))
    together = defaultdict(list)
    for person, debt in debts.items():
        together[tuple(debt)].append(person)
    return together


def _words(due: Due, what: Iterable[tuple[Unit, str]], language: str) -> str:
    named = {
        "day": f"{due.on:%d/%m/%Y}",
        "period": due.period.label(language),
        "what": _what(what, language),
    }
    if due.late:
        return _("Late since %(day)s, period %(period)s. Still owed – %(what)s.") % named
    return _("Due by %(day)s, period %(period)s. Still owed – %(what)s.") % named


def _words_above(due: Due, late: list[Unit], language: str) -> str:
    names = ", ".join(unit.name(language) for unit in late[:MOST_NAMED])
    named = {
        "n": len(late),
        "day": f"{due.on:%d/%m/%Y}",
        "period": due.period.label(language),
        "units": names if len(late) <= MOST_NAMED else f"{names}, …",
    }
    return (
        ngettext(
            "%(n)d unit owes reports that were due by %(day)s, period %(period)s: %(units)s.",
            "%(n)d units owe reports that were due by %(day)s, period %(period)s: %(units)s.",
            len(late),
        )
        % named
    )


def _reminding(period: Period, above: Unit, what: Iterable[tuple[Unit, str]], language: str) -> str:
    return _("%(above)s reminds you of period %(period)s. Overdue or sent back – %(what)s.") % {
        "above": above.name(language),
        "period": period.label(language),
        "what": _what(what, language),
    }


def _what(owed: Iterable[tuple[Unit, str]], language: str) -> str:
    return "; ".join(f"{unit.name(language)}: {forms}" for unit, forms in owed)
