"""The reporting calendar put together: periods of a year, forms of a period, units beside forms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.foundation.units import queries as units
from giamsat.front.console.addresses import unit_address
from giamsat.front.console.calendar_choice import Asked
from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import Arrived
from giamsat.intake.observations.queries import Counted, Tally
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

SHOWN = {  # how a report stands: icon, tone
    Arrived.ON_TIME: ("check", "green"),
    Arrived.LATE: ("late", "amber"),
    Arrived.RETURNED: ("returned", "amber"),
    Arrived.MISSING: ("alert", "red"),
    Arrived.WAITING: ("clock", ""),
}


@dataclass(frozen=True)
class Stand:
    """How a period or one report stands: icon and words, the colour beside them."""

    icon: str
    tone: str
    words: str


@dataclass(frozen=True)
class PeriodLine:
    """One period of the year."""

    row: Any
    due_days: list[date]
    tally: Tally
    stand: Stand
    href: str
    chosen: bool


@dataclass(frozen=True)
class FormLine:
    """One form of the chosen period, with the lists that each of its counts opens."""

    form_code: str
    basis: str
    form: Any
    due_days: list[date]
    tally: Tally
    hrefs: dict[str, str]

    @property
    def name(self) -> str:
        """A signed sum of the units below has its sign, for the unit's own report stands beside it."""
        return f"{self.form_code} Σ" if self.basis == Basis.CONSOLIDATED else self.form_code


@dataclass(frozen=True)
class Cell:
    """One form of one unit, or of all below it: n of N, and the share that came in time."""

    tally: Tally
    href: str = ""
    stand: Stand | None = None  # of the one report there is

    @property
    def share(self) -> float | None:
        return 100 * self.tally.received / self.tally.owed if self.tally.owed else None

    @property
    def in_time(self) -> float | None:
        return 100 * self.tally.punctual / self.tally.fallen_due if self.tally.fallen_due else None

    @property
    def mark(self) -> str:
        """Somebody has to act where something is overdue or was sent back."""
        return "overdue" if self.tally.missing else "returned" if self.tally.returned else ""


@dataclass(frozen=True)
class GridRow:
    """One unit's line of the table of completeness."""

    unit: Any
    href: str
    cells: list[Cell]
    whole: Cell


@dataclass(frozen=True)
class Board:
    """The whole page."""

    periods: list[PeriodLine]
    chosen: PeriodLine | None
    forms: list[FormLine]
    rows: list[GridRow]
    totals: list[Cell]
    whole: Cell
    hidden_rows: int
    year: Tally = field(default_factory=Tally)


def assemble(viewer: Viewer, asked: Asked) -> Board:
    """One question for all that is counted, whatever is looked at."""
    found = observations.counted(asked.duties, asked.place, length=asked.length, today=viewer.today)
    periods = _periods(viewer, asked, found)
    of_period = [each for each in found if each.duty.period_key == asked.period_key]
    forms = _forms(asked, of_period)
    rows, hidden = _rows(viewer, asked, forms, of_period)
    return Board(
        periods=periods,
        chosen=next((line for line in periods if line.chosen), None),
        forms=forms,
        rows=rows,
        totals=[Cell(line.tally, line.hrefs["all"]) for line in forms],
        whole=Cell(observations.total(each.tally for each in of_period), list_address(asked)),
        hidden_rows=hidden,
        year=observations.total(each.tally for each in found),
    )


def list_address(asked: Asked, **other: str) -> str:
    """The list of reports behind a count; ``of`` names a unit below the place, ``form`` and ``stands`` narrow it."""
    return f"{reverse('console:calendar_units')}?{asked.query(**other)}"


def stand_of(stands: str) -> Stand:
    """How one report stands, in words."""
    return Stand(*SHOWN[Arrived(stands)], str(Arrived(stands).label))


def _periods(viewer: Viewer, asked: Asked, found: Sequence[Counted]) -> list[PeriodLine]:
    lines = []
    for row in asked.periods:
        tally = observations.total(each.tally for each in found if each.duty.period_key == row.key)
        due = sorted({each.due_on for each in asked.duties if each.period_key == row.key})
        lines.append(
            PeriodLine(
                row, due, tally, _stand_of_period(row, tally, viewer),
                f"?{asked.query(period=row.key)}", row.key == asked.period_key,
            )
        )  # fmt: skip
    return lines


def _stand_of_period(row: Any, tally: Tally, viewer: Viewer) -> Stand:
    if row.state == PeriodState.LOCKED:
        return Stand("lock", "", _("locked"))
    if row.cut_off_on > viewer.today:
        return Stand("clock", "", _("not begun") if row.starts_on > viewer.today else _("under way"))
    return _stand_of_collecting(tally, viewer.language)


def _stand_of_collecting(tally: Tally, language: str) -> Stand:
    if tally.missing:
        count = {"n": format_number(tally.missing, language)}
        return Stand("alert", "red", ngettext("%(n)s overdue", "%(n)s overdue", tally.missing) % count)
    if tally.returned:
        count = {"n": format_number(tally.returned, language)}
        return Stand(
            "returned", "amber", ngettext("%(n)s sent back", "%(n)s sent back", tally.returned) % count
        )
    if tally.waiting:
        return Stand("inbox", "blue", _("being collected"))
    return Stand("check", "green", _("all received"))


def _forms(asked: Asked, found: Sequence[Counted]) -> list[FormLine]:
    duties = asked.duties_of_period
    lines = []
    for code, basis in dict.fromkeys((each.form_code, each.basis) for each in duties):
        tally = observations.total(
            each.tally for each in found if (each.duty.form_code, each.duty.basis) == (code, basis)
        )
        due = {each.due_on for each in duties if (each.form_code, each.basis) == (code, basis)}
        hrefs = _lists_of_form(asked, f"{code}.{basis}")
        lines.append(
            FormLine(
                code, basis, sources.form_for(code, Period.parse(asked.period_key)), sorted(due), tally, hrefs
            )
        )
    return lines


def _lists_of_form(asked: Asked, form: str) -> dict[str, str]:
    states = [*Arrived.values, "awaiting"]
    return {"all": list_address(asked, form=form)} | {
        each: list_address(asked, form=form, stands=each) for each in states
    }


def _rows(
    viewer: Viewer, asked: Asked, forms: Sequence[FormLine], found: Iterable[Counted]
) -> tuple[list[GridRow], int]:
    """The units below the place that this viewer may see by name; of how many others there are only the totals."""
    by_path: dict[str, dict[tuple[str, str], Tally]] = {}
    for each in found:
        forms_of = by_path.setdefault(each.path, {})
        key = (each.duty.form_code, each.duty.basis)
        forms_of[key] = forms_of.get(key, Tally()) + each.tally
    there = list(units.all_units().filter(path__in=list(by_path)).alphabetical())
    seen = [unit for unit in there if viewer.may("report.read", unit)]
    rows = [_row(asked, unit, forms, by_path[unit.path]) for unit in seen]
    return rows, len(there) - len(seen)


def _row(asked: Asked, unit: Any, forms: Sequence[FormLine], known: dict[tuple[str, str], Tally]) -> GridRow:
    cells = [
        Cell(
            tally,
            list_address(asked, form=f"{line.form_code}.{line.basis}", of=unit.key) if tally.owed else "",
            _stand_of_one(tally) if asked.rows_owe and tally.owed == 1 else None,
        )
        for line in forms
        for tally in [known.get((line.form_code, line.basis), Tally())]
    ]
    whole = Cell(observations.total(known.values()), list_address(asked, of=unit.key))
    return GridRow(unit, unit_address(unit, Period.parse(asked.period_key)), cells, whole)


def _stand_of_one(tally: Tally) -> Stand:
    stands = next(each for each in Arrived if getattr(tally, each.value))
    return stand_of(stands)
