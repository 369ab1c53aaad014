"""Where each cell of a form stands on its sheet. The template writes by it, the reader reads by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from openpyxl.utils import get_column_letter

from giamsat.intake.sources.layout import Cell
from giamsat.intake.sources.models import Form

SHEET = "Biểu"
CHECKS = "Kiểm tra"
META = "meta"
META_KEYS = ("form", "version", "unit", "vintage", "period", "basis")
CODE_COLUMN, NAME_COLUMN, UNIT_COLUMN, FIRST_COLUMN = 1, 2, 3, 4
FIRST_ROW = 7


@dataclass(frozen=True)
class Sheet:
    """The geometry of one form: rows of its sections below each other, a heading row before each section."""

    form: Form

    @cached_property
    def heading_rows(self) -> list[int]:
        """The row of each section's heading."""
        rows, row = [], FIRST_ROW
        for section in self.form.layout["sections"]:
            rows.append(row)
            row += 1 + len(section["rows"])
        return rows

    @cached_property
    def last_row(self) -> int:
        return FIRST_ROW - 1 + sum(1 + len(section["rows"]) for section in self.form.layout["sections"])

    @cached_property
    def width(self) -> int:
        """Columns to fill in, in the widest section."""
        return max(len(section["columns"]) for section in self.form.layout["sections"])

    def row_of(self, cell: Cell) -> int:
        return FIRST_ROW + cell.row + cell.section + 1

    def column_of(self, cell: Cell) -> int:
        return FIRST_COLUMN + cell.column

    def coordinate(self, cell: Cell) -> str:
        """``D8``."""
        return f"{get_column_letter(self.column_of(cell))}{self.row_of(cell)}"

    def address(self, ordinal: int) -> str:
        """Where a formula on another sheet finds a cell: ``'Biểu'!$D$8``."""
        return self._address(self.form.cells[ordinal], 0)

    def address_before(self, ordinal: int) -> str:
        """The same for its figure of last period, which stands beside."""
        return self._address(self.form.cells[ordinal], self.width)

    def _address(self, cell: Cell, right: int) -> str:
        return f"'{SHEET}'!${get_column_letter(self.column_of(cell) + right)}${self.row_of(cell)}"


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """A rule about one cell as formulas over the sheet, without their equals sign; rules themselves are of ``quality``.

    ``assessed``: whether the figures it needs are there, empty where it needs none. ``relation`` stands between
    ``value`` and ``expected`` where the rule compares two figures. ``blank``: it asks only for a figure at all.
    """

    ordinal: int
    rule: str
    name: Mapping[str, str]
    blocks: bool
    blank: bool
    assessed: str
    holds: str
    relation: str = ""
    value: str = ""
    expected: str = ""
