"""A form laid out for the screen: its sections and rows with values, comparisons and findings in their cells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from giamsat.analysis.warehouse import queries as warehouse
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity

Value = Any  # a number, None for a blank, or a shown cell that may be hidden
NOW, PREVIOUS, LAST_YEAR = "now", "previous", "last_year"
# the values of some cells, the cells, and whose values they are: the same values as shown
Hide = Callable[[Sequence[Decimal | None], Sequence[Any], str], list[Any]]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as a person reads it."""

    number: int
    rule: str
    severity: str
    sentence: str
    cell_keys: tuple[str, ...] = ()
    id: int | None = None
    ordinal: int | None = None
    sheet: str = ""
    cell: str = ""
    label: str = ""
    value: Value = None
    right: str = ""
    value_note: str = ""
    right_note: str = ""
    explanation: str = ""
    explained_by: str = ""
    explained_at: Any = None


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell: what it holds now, what it held before, and the gravest finding on it."""

    ordinal: int
    key: str
    column: Mapping[str, str]
    required: bool
    decimals: int
    typed: str = ""
    value: Value = None
    previous: Value = None
    last_year: Value = None
    against_previous: Value = None
    begins_anew: bool = False  # cumulative, in the first period of a year: the one before is of another year
    against_last_year: Value = None
    part_year: bool = False  # cumulative, and last year's does not begin with its year
    worst: FindingLine | None = None


@dataclass(frozen=True, slots=True)
class SheetRow:
    code: str
    name: str
    unit: str
    cells: list[SheetCell]
    help: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetSection:
    title: Mapping[str, str]
    columns: Sequence[Mapping[str, Any]]
    rows: list[SheetRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Filling:
    """What goes into the cells: values in the order of the form, earlier values by cell key, texts as typed."""

    values: Sequence[Decimal | None] = ()
    previous: Mapping[str, Decimal | None] = field(default_factory=dict)
    last_year: Mapping[str, Decimal | None] = field(default_factory=dict)
    typed: Mapping[int, str] = field(default_factory=dict)
    findings: Sequence[FindingLine] = ()
    first_of_year: bool = False
    last_year_from: date | None = None  # from which last year's flows count, where that is not the first day


def lay_out(form: Any, filling: Filling, *, language: str, hide: Hide) -> list[SheetSection]:
    """The form for one viewer. ``hide`` decides a row at a time which cells this viewer sees as a mark only."""
    worst = gravest_by_cell(filling.findings)
    known = catalogue.indicators()
    cells = iter(form.cells)
    sections = []
    for layout in form.layout["sections"]:
        section = SheetSection(layout["title"], layout["columns"])
        for row in layout["rows"]:
            in_row = [next(cells) for _column in layout["columns"]]
            facts = Facts(known[row["indicator"]], filling, worst, language, hide)
            part = row["name"][language] if row.get("breakdown") else ""
            shown = _row(facts, part, in_row, layout["columns"])
            section.rows.append(replace(shown, help=row["help"]) if "help" in row else shown)
        sections.append(section)
    return sections


@dataclass(frozen=True, slots=True)
class Facts:
    """What every cell of one row is made from."""

    indicator: Any
    filling: Filling
    worst: Mapping[str, FindingLine]
    language: str
    hide: Hide


def _row(facts: Facts, part: str, cells: Sequence[Any], columns: Sequence[Mapping[str, Any]]) -> SheetRow:
    """``part``: what the whole row breaks its indicator down to."""
    filling = facts.filling
    flow = facts.indicator.additivity == Additivity.FLOW
    begins_anew = filling.first_of_year and flow
    part_year = filling.last_year_from is not None and flow
    now = facts.hide([_at(filling.values, cell.ordinal) for cell in cells], cells, NOW)
    before = facts.hide([filling.previous.get(cell.key) for cell in cells], cells, PREVIOUS)
    last_year = facts.hide([filling.last_year.get(cell.key) for cell in cells], cells, LAST_YEAR)
    return SheetRow(
        code=cells[0].row_code,
        name=part or facts.indicator.name(facts.language),
        unit=facts.indicator.unit_name(facts.language),
        cells=[
            SheetCell(
                ordinal=cell.ordinal,
                key=cell.key,
                column=column["name"],
                required=cell.required,
                decimals=cell.decimals,
                typed=filling.typed.get(cell.ordinal, ""),
                value=now[place],
                previous=before[place],
                last_year=last_year[place],
                against_previous=None if begins_anew else difference(now[place], before[place]),
                begins_anew=begins_anew,
                against_last_year=None if part_year else difference(now[place], last_year[place]),
                part_year=part_year,
                worst=facts.worst.get(cell.key),
            )
            for place, (cell, column) in enumerate(zip(cells, columns, strict=True))
        ],
    )


def hide_through(lens: Any, unit_id: int, version_id: int | None = None, compared: Any = None) -> Hide:
    """What was decided about each version when it was published, held to one viewer and one unit.

    Of a version that was not published outsiders see no figure of persons.
    """
    versions = {
        NOW: version_id,
        PREVIOUS: compared and compared.previous_version_id,
        LAST_YEAR: compared and compared.last_year_version_id,
    }
    asked = [] if lens.sees_small(unit_id) else [version for version in versions.values() if version]
    decided = warehouse.veiled_cells(asked)

    def hide(values: Sequence[Decimal | None], cells: Sequence[Any], which: str) -> list[Any]:
        veiled = decided.get(versions[which])
        return list(lens.cells(values, warehouse.hidden_from_outsiders(cells, veiled), unit_id=unit_id))

    return hide


def gravest_by_cell(findings: Iterable[FindingLine]) -> dict[str, FindingLine]:
    """For each cell the finding that counts most: an error before a warning before a note."""
    rank = {"E": 3, "W": 2, "I": 1}
    worst: dict[str, FindingLine] = {}
    for finding in findings:
        for key in finding.cell_keys:
            if key not in worst or rank[finding.severity] > rank[worst[key].severity]:
                worst[key] = finding
    return worst


def difference(now: Value, then: Value) -> Decimal | None:
    """The change between two cells; unknown when either is blank or hidden, so that nothing can be worked out."""
    if getattr(now, "hidden", False) or getattr(then, "hidden", False):
        return None
    now, then = getattr(now, "value", now), getattr(then, "value", then)
    return None if now is None or then is None else Decimal(now) - Decimal(then)


def changed_cells(sections: Iterable[SheetSection]) -> int:
    """How many cells differ from the period before."""
    return sum(bool(cell.against_previous) for part in sections for row in part.rows for cell in row.cells)


def _at(values: Sequence[Decimal | None], ordinal: int) -> Decimal | None:
    return values[ordinal] if ordinal < len(values) else None
