"""A list of accounts as people fill it in: which columns, what may stand in a cell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from giamsat.foundation.access import queries
from giamsat.foundation.access.choices import Language
from giamsat.foundation.access.errors import (
    CellRefused,
    ImportUnreadable,
    OutsideYourSubtree,
    UnknownRole,
)
from giamsat.foundation.units import queries as units
from giamsat.lib.refusals import Refusal
from giamsat.lib.text import fold

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

COLUMNS = {
    "username": gettext_lazy("Account name"),
    "display_name": gettext_lazy("Shown name"),
    "unit": gettext_lazy("Unit code"),
    "language": gettext_lazy("Language"),
    "role": gettext_lazy("Role"),
    "grant_unit": gettext_lazy("Over the unit (code)"),
    "subtree": gettext_lazy("With everything below"),
    "valid_from": gettext_lazy("First day"),
    "last_day": gettext_lazy("Last day"),
    "reason": gettext_lazy("Reason"),
}
NEEDED = ("username", "display_name", "unit", "role", "reason")
LONGEST = {"username": 60, "display_name": 150, "reason": 300}
MOST_ROWS = 2_000
YES = {"yes", "y", "1", "co", "x", "true"}
NO = {"", "no", "n", "0", "khong", "false"}
FACTS = {"username": "username", "role": "role", "valid_to": "last_day", "unit": "grant_unit"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell; ``column`` is empty when it is the row."""

    column: str
    value: str
    code: str
    message: str


@dataclass(slots=True)
class Line:
    """One row of the list: what was written, what it means, what is wrong with it."""

    number: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, refusal: Refusal, column: str = "") -> None:
        """Note a refusal at the cell it is about, as well as its facts tell."""
        known = (FACTS[fact] for fact in FACTS if fact in refusal.facts)
        column = column or str(refusal.facts.get("column") or next(known, ""))
        self.problems.append(Problem(column, self.cells.get(column, ""), refusal.code, str(refusal.message)))

    def refuse_cell(self, column: str, allowed: str) -> None:
        shown = self.cells[column]
        shown = f"{shown[:40]}…" if len(shown) > 40 else shown
        self.refuse(CellRefused(column, shown, allowed, label=COLUMNS[column]), column)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one readable row asks for."""

    username: str
    display_name: str
    unit: "Unit"
    language: str
    role: str
    grant_unit: "Unit"
    subtree: bool
    valid_from: date
    valid_to: date | None
    reason: str


def model_table() -> list[list[str]]:
    """The headings of the list in the reader's language, and one row that shows how it is filled in."""
    role = next(iter(queries.roles().values()))
    example = ["ten.tai-khoan", _("Compiler of the commune"), "03466", "vi", role.code, "", _("no"),
               "01/10/2026", "31/12/2026", _("Decision No. …")]  # fmt: skip
    return [[str(label) for label in COLUMNS.values()], example]


def read_lines(table: Sequence[Sequence[str]]) -> list[Line]:
    """The rows under the headings; headings are our words for the columns in either language, or their codes."""
    names = _column_names()
    headings = [names.get(fold(heading), "") for heading in (table[0] if table else [])]
    missing = [str(COLUMNS[column]) for column in NEEDED if column not in headings]
    if missing:
        raise ImportUnreadable(_("columns are missing: %(columns)s") % {"columns": ", ".join(missing)})
    lines = []
    for number, row in enumerate(table[1:], start=2):
        cells = dict.fromkeys(COLUMNS, "")
        cells |= {column: cell.strip() for column, cell in zip(headings, row, strict=False) if column}
        if any(cells.values()):
            lines.append(Line(number, cells))
    if not lines:
        raise ImportUnreadable(_("it has no rows"))
    if len(lines) > MOST_ROWS:
        raise ImportUnreadable(_("it has more than %(most)s rows") % {"most": MOST_ROWS})
    return lines


def understood(line: Line, *, today: date, manages: Callable[["Unit"], bool]) -> Wanted | None:
    """What a row asks for; None when a cell cannot be read or lies elsewhere, each noted."""
    cells = line.cells
    for column in NEEDED:
        if not cells[column]:
            line.refuse_cell(column, _("any text, but not nothing"))
    for column, most in LONGEST.items():
        if len(cells[column]) > most:
            line.refuse_cell(column, _("%(n)s letters") % {"n": most})
    unit = _unit(line, "unit", manages)
    grant_unit = _unit(line, "grant_unit", manages) or unit
    role = _role(line)
    language = cells["language"].lower() or Language.VIETNAMESE
    if language not in Language.values:
        line.refuse_cell("language", "vi, en")
    subtree = fold(cells["subtree"])
    if subtree not in YES | NO:
        line.refuse_cell("subtree", _("yes, no"))
    valid_from, last_day = _day(line, "valid_from"), _day(line, "last_day")
    if line.problems or unit is None or grant_unit is None:
        return None
    return Wanted(
        username=cells["username"].lower(), display_name=cells["display_name"], unit=unit, language=language, role=role,
        grant_unit=grant_unit, subtree=subtree in YES, valid_from=valid_from or today,
        valid_to=last_day + timedelta(days=1) if last_day else None, reason=cells["reason"],
    )  # fmt: skip


def _column_names() -> dict[str, str]:
    """Column by what may stand over it."""
    names = {column: column for column in COLUMNS}
    for language in Language.values:
        with translation.override(language):
            names |= {fold(str(label)): column for column, label in COLUMNS.items()}
    return names


def _unit(line: Line, column: str, manages: Callable[["Unit"], bool]) -> "Unit | None":
    if not line.cells[column]:
        return None
    try:
        unit = units.unit_by_code(line.cells[column])
        if not manages(unit):
            raise OutsideYourSubtree(unit)
    except Refusal as refusal:
        line.refuse(refusal, column)
        return None
    return unit


def _role(line: Line) -> str:
    """A role by its code or its name in either language."""
    written = fold(line.cells["role"])
    for role in queries.roles().values():
        if written in (role.code, fold(role.name_vi), fold(role.name_en)):
            return role.code
    if written:
        line.refuse(UnknownRole(line.cells["role"]))
    return ""


def _day(line: Line, column: str) -> date | None:
    written = line.cells[column]
    for spelling in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(written, spelling).date()
        except ValueError:
            continue
    if written:
        line.refuse_cell(column, "31/12/2026")
    return None
