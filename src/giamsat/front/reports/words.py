"""The words of a document that are not in the form: its date, its state, whose figures they are."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from giamsat.intake.observations.choices import Status
from giamsat.intake.sources.choices import Basis
from giamsat.lib.clock import day_of
from giamsat.lib.numbers import format_number


def dated(place: str, day: date | None, language: str) -> str:
    """``Lai Châu, ngày 05 tháng 10 năm 2026``; dots to be filled in by hand where nothing was sent yet."""
    head = f"{place}, " if place else ""
    if language != "vi":
        return head + (f"{day.day} {date_format(day, 'F Y')}" if day else "…")
    if day is None:
        return f"{head}ngày … tháng … năm …"
    # Days below 10 and the months 1 and 2 carry a zero, so that nobody can write a figure before them.
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{head}ngày {day.day:02} tháng {month} năm {day.year}"


def form_line(form: Any) -> str:
    """Which official forms it stands for, and which version of which form of this house that is."""
    line = _("form %(code)s, version %(version)s") % {"code": form.code, "version": form.version}
    if form.numbers:
        return _("Official form %(numbers)s") % {"numbers": ", ".join(form.numbers)} + f" ({line})"
    return line[:1].upper() + line[1:]


def reported(received: int, expected: int, language: str) -> str:
    """How many of those that owe stand in a sum."""
    counts = {"n": format_number(received, language), "all": format_number(expected, language)}
    return _("%(n)s of %(all)s units below have reported") % counts


def estimated(estimates: Sequence[Any], language: str) -> str:
    """Whose figures a sum declares to be estimates, and what they are taken from; why is no matter for paper."""
    whose = "; ".join(f"{each.unit.name(language)} ({each.get_way_display()})" for each in estimates)
    return _("Estimated: %(units)s") % {"units": whose}


def whose(basis: str) -> str:
    """Whose work the figures count."""
    return _("Figures of the unit itself") if basis == Basis.OWN else _("Consolidated figures")


def state_of(report: Any, version: Any) -> str:
    """What a reader may make of this version: never sent, sent, in force, or replaced by a later one."""
    if version.accepted_at and report.in_force_id != version.pk and report.in_force is not None:
        return _("Since corrected: version %(number)s is in force since %(day)s") % {
            "number": report.in_force.number,
            "day": f"{day_of(report.in_force.accepted_at):%d/%m/%Y}",
        }
    if version.pk == report.in_force_id:
        return _in_force(report, version)
    return {
        Status.NHAP: _("Draft, not submitted"),
        Status.CHO_DUYET: _("Draft, awaiting the head of the unit"),
        Status.DA_NOP: _("Submitted, not accepted yet"),
        Status.TRA_LAI: _("Returned for correction"),
    }.get(Status(report.status), _("Not in force"))


def _in_force(report: Any, version: Any) -> str:
    day = {"day": f"{day_of(version.accepted_at):%d/%m/%Y}"} if version.accepted_at else {"day": ""}
    if report.status == Status.KHOA:
        return _("Locked: official figures")
    if report.status == Status.TONG_HOP:
        return _("Accepted %(day)s and consolidated") % day
    if report.status == Status.DA_NOP and report.current_id == report.in_force_id:
        return _("Accepted %(day)s; the acceptance was taken back, a new decision is due") % day
    if report.status != Status.TIEP_NHAN:
        return _("Accepted %(day)s; a correction is under way") % day
    return _("Accepted %(day)s, provisional figures") % day
