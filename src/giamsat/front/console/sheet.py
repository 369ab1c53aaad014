"""A form laid out for the screen: its sections and rows with values, comparisons and findings in their cells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from giamsat.foundation.catalogue import queries as catalogue

Value = Any  # a number, None for a blank, or a shown cell that may be hidden
# the values of one row, whether they count persons, where the row's total stands: the same values as shown
Hide = Callable[[Sequence[Decimal | None], bool, int | None], list[Any]]


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
    against_last_year: Value = None
    worst: FindingLine | None = None


@dataclass(frozen=True, slots=True)
class SheetRow:
    code: str
    name: str
    unit: str
    cells: list[SheetCell]


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
    previous_is_contained: bool = False  # cumulative figures of one year: now less then is a count again
    last_year: Mapping[str, Decimal | None] = field(default_factory=dict)
    typed: Mapping[int, str] = field(default_factory=dict)
    findings: Sequence[FindingLine] = ()


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
            section.rows.append(_row(facts, in_row, layout["columns"]))
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

    def shown(self, values: Sequence[Decimal | None], total_at: int | None) -> list[Value]:
        return self.hide(values, self.indicator.counts_persons, total_at)

    def previous_shown(self, now: Sequence[Value], before: Sequence[Value]) -> list[Value]:
        """Earlier values as shown. Where now less then would be one to four persons, then is hidden too."""
        if not self.filling.previous_is_contained:
            return list(before)
        return [self._unless_it_tells(*pair) for pair in zip(now, before, strict=True)]

    def _unless_it_tells(self, now: Value, then: Value) -> Value:
        changed = difference(now, then)
        added = self.shown([changed], None)[0] if changed is not None else None
        return added if getattr(added, "hidden", False) else then


def _row(facts: Facts, cells: Sequence[Any], columns: Sequence[Mapping[str, Any]]) -> SheetRow:
    filling = facts.filling
    total_at = next((place for place, column in enumerate(columns) if not column["breakdown"]), None)

    now = facts.shown([_at(filling.values, cell.ordinal) for cell in cells], total_at)
    before = facts.shown([filling.previous.get(cell.key) for cell in cells], total_at)
    before = facts.previous_shown(now, before)
    last_year = facts.shown([filling.last_year.get(cell.key) for cell in cells], total_at)
    return SheetRow(
        code=facts.indicator.code,
        name=facts.indicator.name(facts.language),
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
                against_previous=difference(now[place], before[place]),
                against_last_year=difference(now[place], last_year[place]),
                worst=facts.worst.get(cell.key),
            )
            for place, (cell, column) in enumerate(zip(cells, columns, strict=True))
        ],
    )


def hide_through(lens: Any, unit_id: int) -> Hide:
    """The one rule for small cells, held to one viewer and one unit."""

    def hide(values: Sequence[Decimal | None], counts_persons: bool, total_at: int | None) -> list[Any]:
        if total_at is None or len(values) == 1:
            return [lens.show(each, unit_id=unit_id, counts_persons=counts_persons) for each in values]
        parts = [each for place, each in enumerate(values) if place != total_at]
        row = lens.show_row(
            parts,
            unit_ids=unit_id,
            counts_persons=counts_persons,
            total=values[total_at],
            total_unit_id=unit_id,
        )
        shown = list(row.cells)
        shown.insert(total_at, row.total)
        return shown

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
