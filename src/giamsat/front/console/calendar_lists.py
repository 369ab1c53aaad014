"""The reports behind a count of the calendar: of which unit, how late, and who is to act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from giamsat.foundation.units import queries as units
from giamsat.foundation.units.errors import UnitNotFound
from giamsat.front.console.calendar_board import Stand, stand_of
from giamsat.front.console.calendar_choice import Asked
from giamsat.front.console.choice import one_of
from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import Arrived, Status
from giamsat.intake.sources.choices import Basis

AWAITING = "awaiting"  # came, and nobody above has decided about it
LATE_NOW = "late_now"  # whoever can be reminded: overdue, or sent back
OVERDUE = (Arrived.MISSING.value, Arrived.RETURNED.value)


@dataclass(frozen=True)
class Wish:
    """Which of the reports: of one form or all, of one unit and those below it or all, how they stand."""

    form: str
    of: Any
    stands: str

    @property
    def states(self) -> list[str]:
        if self.stands == LATE_NOW:
            return list(OVERDUE)
        if self.stands in Arrived.values:
            return [self.stands]
        return (
            [Arrived.ON_TIME.value, Arrived.LATE.value] if self.stands == AWAITING else list(Arrived.values)
        )


@dataclass(frozen=True)
class Line:
    """One report."""

    owed: observations.Owed
    above: str
    stand: Stand
    days_late: int
    who: str
    report_href: str

    @property
    def name(self) -> str:
        code = self.owed.duty.form_code
        return f"{code} Σ" if self.owed.duty.basis == Basis.CONSOLIDATED else code


def wish_of(asked: Asked, given: Mapping[str, str]) -> Wish:
    """What an address asks for; refused where there is no such form, state or unit."""
    forms = {f"{each.form_code}.{each.basis}" for each in asked.duties_of_period}
    return Wish(
        form=one_of(given.get("form", ""), forms, _("reporting forms")),
        of=_unit(given["of"], asked.place) if given.get("of") else None,
        stands=one_of(given.get("stands", ""), [*Arrived.values, AWAITING, LATE_NOW], _("states")),
    )


def _unit(key: str, place: Any) -> Any:
    vintage, _slash, code = key.partition("/")
    unit = units.unit_by_code(code, vintage=vintage)
    if not unit.path.startswith(place.path):
        raise UnitNotFound(code, vintage=vintage)
    return unit


def lines(viewer: Viewer, asked: Asked, wish: Wish, *, most: int | None = None) -> list[Line]:
    """The reports of units that this viewer may see by name, the oldest due first."""
    duties = [each for each in asked.duties_of_period if wish.form in ("", f"{each.form_code}.{each.basis}")]
    found = observations.one_by_one(
        duties, wish.of or asked.place, today=viewer.today,
        unit_ids=viewer.unit_ids_for("report.read"), stands=wish.states, awaiting=wish.stands == AWAITING,
        most=most,
    )  # fmt: skip
    above = _names_above(viewer, found)
    return [_line(each, above.get(each.path[: -asked.place.steplen], ""), viewer.today) for each in found]


def _names_above(viewer: Viewer, found: list[observations.Owed]) -> dict[str, str]:
    step = units.all_units().model.steplen
    paths = {each.path[:-step] for each in found}
    return {each.path: each.name(viewer.language) for each in units.all_units().filter(path__in=paths)}


def _line(owed: observations.Owed, above: str, today: date) -> Line:
    late = owed.days_late(today)
    href = reverse("console:report", args=[owed.report_id]) if owed.first_sent_on else ""
    return Line(owed, above, stand_of(owed.stands), late, _who_acts(owed, above), href)


def _who_acts(owed: observations.Owed, above: str) -> str:
    """Whose move it is, by how far the report has come; nobody's once it is accepted."""
    if owed.status == Status.CHO_DUYET:
        return _("the unit's head: submit")
    if owed.status == Status.DA_NOP:
        return (
            _("%(unit)s: accept or send back") % {"unit": above}
            if above
            else _("the level above: accept or send back")
        )
    if owed.status == Status.TRA_LAI:
        return _("the unit's compiler: correct")
    return _("the unit's compiler: fill in") if owed.status in (None, Status.NHAP) else ""
