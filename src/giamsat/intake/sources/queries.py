"""Reads of what is asked: forms, periods, obligations and their due days; and of what arrived."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.errors import UnitNotFound
from giamsat.intake.sources.calendars import calendar_of, obligations_in, problems_of_calendar
from giamsat.intake.sources.choices import Basis, Channel, DeliveryStatus, PeriodState
from giamsat.intake.sources.definition import form_of, problems_of_form, require_asked_once
from giamsat.intake.sources.errors import ClosedUnit, FormUnknown, WrongPeriod
from giamsat.intake.sources.layout import Cell
from giamsat.intake.sources.models import Calendar, Delivery, Form, Obligation, ReportingPeriod
from giamsat.intake.sources.rules import Reminders, WorkingDays, cut_off
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

__all__ = [
    "Cell",
    "WorkingDays",
    "calendar_of",
    "cut_off",
    "form_of",
    "obligations_in",
    "problems_of_calendar",
    "problems_of_form",
    "require_asked_once",
]

PRESSED_TWICE = timedelta(minutes=1)
REFUSED = """
    SELECT d.id, d.unit_id, d.refusal ->> 'code', d.sha256
    FROM sources_delivery d
    WHERE d.status = 'refused'
      AND d.form_code = %(form_code)s AND d.period_key = %(period_key)s AND d.basis = %(basis)s
      AND (d.unit_id = ANY(%(units)s) OR d.refusal ->> 'code' = %(closed)s)
      AND (d.refusal ->> 'code' = ANY(%(wrong)s)
        OR (d.refusal ->> 'code' = ANY(%(again)s)
            OR (d.refusal ->> 'code' = ANY(%(if_same)s) AND EXISTS (
                SELECT FROM sources_delivery t
                WHERE t.status = 'accepted' AND t.unit_id = d.unit_id AND t.sha256 = d.sha256)))
          AND NOT EXISTS (
            SELECT FROM sources_delivery t
            WHERE t.status = 'accepted' AND t.unit_id = d.unit_id AND t.by_id = d.by_id
              AND t.received_at BETWEEN d.received_at - %(moment)s AND d.received_at))
    ORDER BY d.id
"""
_working_days: dict[int, WorkingDays] = {}


class Refused(NamedTuple):
    """A refused delivery, and the unit whose report it spoils: its own, or one in which a closed unit goes on."""

    pk: int
    whose: int
    code: str
    sha256: str


class Meant(NamedTuple):
    """The report of a unit that a delivery is sent for."""

    form_code: str
    period_key: str
    basis: str


def forms(on: date | None = None) -> list[Form]:
    """Published form versions; with a day, those in force on it."""
    return [form for form in catalogue.kept(Form, "code", "version") if on is None or _in_force(form, on)]


def form(code: str, version: int) -> Form:
    """One published version of a form."""
    for each in catalogue.kept(Form, "code", "version"):
        if (each.code, each.version) == (code, version):
            return each
    raise FormUnknown(code, version=version)


def form_by_id(form_id: int) -> Form:
    """One published version by its row number, from memory."""
    return catalogue.kept_as(_by_number, Form, "code", "version")[form_id]


def _by_number(rows: list[Form]) -> dict[int, Form]:
    return {each.pk: each for each in rows}


def form_for(code: str, period: Period) -> Form:
    """The version of a form on which a period is reported: the one in force on the cut-off."""
    day = cut_off_on(period)
    for each in reversed(catalogue.kept(Form, "code", "version")):
        if each.code == code and _in_force(each, day):
            return each
    raise FormUnknown(code, period=period.key)


def family(code: str) -> list[str]:
    """Codes of the forms that ask the same of different levels, the form itself among them."""
    known = catalogue.kept(Form, "code", "version")
    wanted = {each.family for each in known if each.code == code}
    return sorted({each.code for each in known if each.family in wanted})


def _in_force(form: Form, day: date) -> bool:
    return form.valid_from <= day and (form.valid_to is None or day < form.valid_to)


def reporting_period(key: str) -> ReportingPeriod:
    """The period as opened here; refused when it never was."""
    try:
        return ReportingPeriod.objects.get(pk=key)
    except ReportingPeriod.DoesNotExist:
        raise WrongPeriod(key, _("it is not in the calendar")) from None


def reporting_periods(
    *, kinds: Iterable[str] | None = None, state: PeriodState | None = None
) -> QuerySet[ReportingPeriod]:
    """Opened periods, newest cut-off first."""
    periods = ReportingPeriod.objects.order_by("-cut_off_on", "key")
    if kinds is not None:
        periods = periods.filter(kind__in=list(kinds))
    return periods.filter(state=state) if state else periods


def calendars() -> list[Calendar]:
    """Every published version of the calendar, in the order in which they take force."""
    return catalogue.kept(Calendar, "valid_from", "version")


def calendar_for(day: date) -> Calendar:
    """The reporting calendar in force on a day."""
    known = catalogue.kept(Calendar, "valid_from", "version")
    in_force = [calendar for calendar in known if calendar.valid_from <= day]
    if not in_force:
        raise WrongPeriod(day.isoformat(), _("no reporting calendar is in force on that day"))
    return in_force[-1]


def cut_off_on(period: Period) -> date:
    """The day on which a period's figures are cut off."""
    day = cut_off(period, calendar_for(period.ends_on).cut_offs)
    if day is None:
        raise WrongPeriod(period.key, _("the calendar has no cut-off for periods of this kind"))
    return day


def due_on(obligation: Obligation, period: Period) -> date:
    """The last day for an obligation: so many working days after the cut-off."""
    return working_days(obligation.calendar_id).after(cut_off_on(period), obligation.due_working_days)


def working_days(calendar_id: int) -> WorkingDays:
    """The working days of one published calendar."""
    if calendar_id not in _working_days:
        calendar = next(
            each for each in catalogue.kept(Calendar, "valid_from", "version") if each.pk == calendar_id
        )
        _working_days[calendar_id] = WorkingDays.of(calendar.working_days)
    return _working_days[calendar_id]


def reminders() -> Reminders:
    """On which days those who still owe a report are told, as the calendar file says now."""
    return _reminders(settings.DEFINITIONS_DIR / "calendar.yaml")


@cache
def _reminders(file: Path) -> Reminders:
    told = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    return Reminders.of(told.get("reminders", {}))


def obligations(period: Period) -> list[Obligation]:
    """Every duty of a period whose form was in force at the cut-off, in the order of the forms."""
    calendar = calendar_for(period.ends_on)
    asked = {form.code for form in forms(cut_off_on(period))}
    known = catalogue.kept(Obligation, "form_code", "basis", "period_kind", "unit_kind")
    return [
        each
        for each in known
        if each.calendar_id == calendar.pk and each.period_kind == period.kind and each.form_code in asked
    ]


def bearer_of(code: str, period: Period) -> Unit:
    """The unit that bore a code at the period's cut-off, else the last that did: codes were used again."""
    day = cut_off_on(period)
    try:
        return units.unit_by_code(code, on=day)
    except UnitNotFound:
        return units.unit_by_code(code)


def obligations_of(unit: Unit, period: Period) -> list[Obligation]:
    """What one unit owes for a period; nothing when it did not exist at the cut-off or is withheld."""
    if unit.withheld or not unit.exists_on(cut_off_on(period)):
        return []
    return [each for each in obligations(period) if each.unit_kind == unit.kind]


def obligation_of(unit: Unit, form_code: str, period: Period, basis: str = Basis.OWN) -> Obligation | None:
    """One unit's duty to report one form for a period; None when it owes none."""
    for each in obligations_of(unit, period):
        if (each.form_code, each.basis) == (form_code, basis):
            return each
    return None


def obliged_units(form_code: str, period: Period, basis: str = Basis.OWN) -> QuerySet[Unit]:
    """The units that owe a form for a period: of an obliged kind, existing at the cut-off, not withheld."""
    kinds = [
        each.unit_kind for each in obligations(period) if (each.form_code, each.basis) == (form_code, basis)
    ]
    day = cut_off_on(period)
    return units.all_units().valid_on(day).filter(kind__in=kinds, withheld=False).order_by("vintage", "code")


def deliveries_known_to(account_id: int, unit_ids: Iterable[int]) -> QuerySet[Delivery]:
    """What one person sent, and what arrived for some units; newest first, without the bytes."""
    known = Delivery.objects.filter(Q(by_id=account_id) | Q(unit_id__in=list(unit_ids)))
    return known.select_related("unit").defer("content").order_by("-received_at", "-id")


def list_of_many(number: int) -> Delivery | None:
    """A CSV file that was taken in, for rooms that ask which of its lines somebody may read; without the bytes."""
    lists = Delivery.objects.filter(channel=Channel.CSV, status=DeliveryStatus.ACCEPTED)
    return lists.select_related("unit").defer("content").filter(pk=number).first()


def refused_lines_of(delivery: Delivery) -> QuerySet[Delivery]:
    """The lines of a list that were refused, each kept by itself under the list's name and its number."""
    lines = Delivery.objects.filter(
        status=DeliveryStatus.REFUSED,
        by_id=delivery.by_id,
        received_at=delivery.received_at,
        filename__startswith=f"{delivery.filename}#",
    )
    return lines.select_related("unit").defer("content").order_by("id")


def report_meant(stated: Meant, *, on: date) -> Meant | None:
    """Which report a refused delivery was for; None when the form it names does not exist.

    One that names a period of another kind, or of days to come, was for the newest that is cut off.
    """
    kinds = {kind for each in forms() if each.code == stated.form_code for kind in each.period_kinds}
    asked = reporting_periods(kinds=kinds)
    period = (
        asked.filter(key=stated.period_key, starts_on__lte=on).first()
        or asked.filter(cut_off_on__lte=on).first()
    )
    basis = stated.basis if stated.basis in Basis.values else Basis.OWN.value
    return Meant(stated.form_code, period.key, basis) if period else None


def refused_for(
    meant: Meant,
    *,
    unit_ids: Iterable[int],
    wrong: Collection[str],
    again: Collection[str],
    if_same: Collection[str],
) -> list[Refused]:
    """Deliveries for units' reports that were refused by these codes, the oldest first.

    ``again``: codes of what came a second time, and ``if_same`` those that mean it where the same bytes had been
    accepted; but what the same person sends within a minute of what was accepted is a button pressed twice, and
    left out.
    """
    wanted = set(unit_ids)
    facts = {
        **meant._asdict(),
        "units": list(wanted),
        "wrong": list(wrong),
        "again": list(again),
        "if_same": list(if_same),
        "closed": ClosedUnit.code,
        "moment": PRESSED_TWICE,
    }
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, facts)
        rows = [Refused(*row) for row in cursor.fetchall()]
    into = successors_of({row.whose for row in rows if row.code == ClosedUnit.code})
    heirs = [row._replace(whose=successor) for row in rows for successor in into.get(row.whose, [row.whose])]
    return [row for row in heirs if row.whose in wanted]


def successors_of(unit_ids: Collection[int]) -> dict[int, list[int]]:
    """By closed unit, those in which its work goes on."""
    into: dict[int, list[int]] = {}
    if unit_ids:
        closed = units.all_units().filter(pk__in=unit_ids, successions__isnull=False)
        for pk, successor in closed.order_by("pk").values_list("pk", "successions__successor"):
            into.setdefault(pk, []).append(successor)
    return into


def accepted_delivery(sha256: str, unit_id: int | None) -> Delivery | None:
    """The accepted delivery with the same bytes for the same unit, if there is one."""
    return (
        Delivery.objects.filter(Q(unit_id=unit_id) if unit_id else Q(unit=None))
        .filter(sha256=sha256, status=DeliveryStatus.ACCEPTED)
        .defer("content")
        .order_by("id")
        .first()
    )
