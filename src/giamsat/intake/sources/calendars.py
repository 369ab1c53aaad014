"""Reporting calendars as their reviewed file says them: every fault with its place, and what is made of one."""

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.errors import Problem
from giamsat.foundation.catalogue.queries import each_one_of, fault_of, fault_of_day, faults_of_keys
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.models import Calendar, Form, Obligation
from giamsat.lib.periods import REACH

KINDS = ("M", *REACH)
CALENDAR = {"code", "version", "valid_from", "cut_offs", "working_days", "obligations"}
WORKING_DAYS = {"weekend", "solar", "lunar", "lunar_new_year_eve", "days_off", "days_on"}
DUTY = {"unit_kinds", "forms", "basis", "period_kinds", "due_working_days"}
MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
ANY_YEAR, SHORTEST_LUNAR_MONTH = 2027, 29  # a year without a 29th of February
LAST_DAY, MOST_WORKING_DAYS = 28, 120  # every month has it; a report is due within half a year


def problems_of_calendar(content: Any) -> list[Problem]:
    """Everything that keeps a definition from being a calendar; nothing when it is one."""
    if faults := faults_of_keys("", _("A calendar"), content, CALENDAR, {"legal_basis", "name"}):
        return faults
    found = [
        *fault_of_day("valid_from", content["valid_from"]),
        *_problems_of_cut_offs(content["cut_offs"]),
        *_problems_of_days(content["working_days"]),
    ]
    if not content["obligations"]:
        found.append(Problem("obligations", _("Nobody would owe anything: name at least one duty.")))
    for number, duty in enumerate(content["obligations"]):
        found += _problems_of_duty(f"obligations.{number}", duty, content["cut_offs"])
    return found or _stated_twice(content["obligations"])


def calendar_of(content: dict[str, Any]) -> Calendar:
    """A calendar as its definition says, not stored."""
    return Calendar(
        code=content["code"],
        version=content["version"],
        valid_from=date.fromisoformat(content["valid_from"]),
        cut_offs=content["cut_offs"],
        working_days=content["working_days"],
        content=content,
    )


def obligations_in(calendar: Calendar) -> list[Obligation]:
    """Its duties, one for each form, kind of unit and kind of period; not stored."""
    return [
        Obligation(
            calendar=calendar,
            form_code=form_code,
            unit_kind=unit_kind,
            basis=entry["basis"],
            period_kind=period_kind,
            due_working_days=entry["due_working_days"],
        )
        for entry in calendar.content["obligations"]
        for form_code in entry["forms"]
        for unit_kind in entry["unit_kinds"]
        for period_kind in entry["period_kinds"]
    ]


def _problems_of_cut_offs(cut_offs: Any) -> list[Problem]:
    found = faults_of_keys("cut_offs", "cut_offs", cut_offs, set(), set(KINDS))
    for kind, rule in () if found else cut_offs.items():
        at = f"cut_offs.{kind}"
        faults = faults_of_keys(at, at, rule, {"day"}, {"month"})
        found += faults or [
            *fault_of(f"{at}.day", rule["day"], range(1, LAST_DAY + 1)),
            *fault_of(f"{at}.month", rule.get("month", 1), range(1, 13)),
        ]
    return found


def _problems_of_days(days: Any) -> list[Problem]:
    if faults := faults_of_keys("working_days", "working_days", days, set(), WORKING_DAYS):
        return faults
    found = each_one_of("working_days.weekend", days.get("weekend", ()), range(7))
    if set(range(7)) <= {*days.get("weekend", ())}:
        told = _("At least one day of the week is worked, or nothing would ever be due.")
        found.append(Problem("working_days.weekend", told))
    for name, comes in (("solar", _comes_every_year), ("lunar", _comes_every_lunar_year)):
        wrong = [text for text in days.get(name, ()) if not comes(str(text))]
        told = _("Write month-day, such as 04-30, of a day that every year has, not %(found)s.")
        found += [Problem(f"working_days.{name}", told % {"found": text}) for text in wrong]
    for name in ("days_off", "days_on"):
        found += [fault for day in days.get(name, ()) for fault in fault_of_day(f"working_days.{name}", day)]
    return found


def _comes_every_year(text: str) -> bool:
    """Not the 29th of February, nor the 31st of a month of thirty days."""
    try:
        return bool(MONTH_DAY.fullmatch(text) and date.fromisoformat(f"{ANY_YEAR}-{text}"))
    except ValueError:
        return False


def _comes_every_lunar_year(text: str) -> bool:
    """A month of the moon has 29 days or 30, another number every year."""
    return bool(MONTH_DAY.fullmatch(text)) and int(text[3:]) <= SHORTEST_LUNAR_MONTH


def _problems_of_duty(at: str, duty: Any, cut_offs: dict[str, Any]) -> list[Problem]:
    if faults := faults_of_keys(at, _("A duty"), duty, DUTY, set()):
        return faults
    known = {form.code for form in catalogue.kept(Form, "code", "version")}
    unknown = sorted(set(duty["forms"]) - known)
    found = [
        *fault_of(f"{at}.basis", duty["basis"], Basis.values),
        *each_one_of(f"{at}.period_kinds", duty["period_kinds"], [*cut_offs]),
        *fault_of(f"{at}.due_working_days", duty["due_working_days"], range(MOST_WORKING_DAYS + 1)),
    ]
    if unknown:
        found.append(Problem(f"{at}.forms", _("no such form: %(forms)s") % {"forms": ", ".join(unknown)}))
    for name in ("unit_kinds", "forms", "period_kinds"):
        if not duty[name]:
            found.append(Problem(f"{at}.{name}", _("At least one is needed here.")))
    return found


def _stated_twice(duties: list[dict[str, Any]]) -> list[Problem]:
    found: list[Problem] = []
    seen: set[tuple[str, str, str, str]] = set()
    for number, duty in enumerate(duties):
        keys = {
            (form, unit, duty["basis"], period)
            for form in duty["forms"]
            for unit in duty["unit_kinds"]
            for period in duty["period_kinds"]
        }
        if twice := sorted(keys & seen):
            told = _("The duty %(duty)s is stated above already.") % {"duty": ", ".join(twice[0])}
            found.append(Problem(f"obligations.{number}", told))
        seen |= keys
    return found
