"""A report as it stands on paper: what was shown to the one who takes it, in the words of one language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from giamsat.foundation.access.queries import Shown
from giamsat.front.reports.letterhead import Letterhead


@dataclass(frozen=True, slots=True)
class Line:
    """One row of figures; ``part``: of the row above it, so that it stands further in."""

    code: str
    name: str
    unit: str
    part: bool
    values: Sequence[Shown]
    decimals: int


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Table:
    """Sections that ask the same columns, under one heading.

    ``groups``: headings over the columns from left to right, each with how many it spans; empty over a single one.
    """

    columns: Sequence[str]
    groups: Sequence[tuple[str, int]]
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class FormDocument:
    """One version of one report. ``key`` names it in files and sheets; ``notes`` stand under its title."""

    key: str
    language: str
    letterhead: Letterhead
    symbol: str
    dated: str
    form: str
    basis_of_form: str
    title: str
    subtitle: str
    notes: Sequence[str]
    state: str
    tables: Sequence[Table]
    withheld: str
    compiler: str
    approver: str

    @property
    def width(self) -> int:
        """Columns of figures in its widest table."""
        return max(len(table.columns) for table in self.tables)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every page says of the taking itself: under which label, who, when, from which state of the house."""

    label: str
    by: str
    at: datetime
    generation: int | None
    practice: bool
