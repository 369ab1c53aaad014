"""One form, all its checks, one query.

The query reads two tables built from the frames: ``cells`` (a row per report and cell) and ``columns`` (a row
per report and breakdown). Every check becomes one number per row: 1 holds, 0 fails, 2 not assessed.
Only column names made here and typed literals reach the engine, never a definition's text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from giamsat.lib.formulas.checks import Check
from giamsat.lib.formulas.exactness import size
from giamsat.lib.formulas.frames import Layout
from giamsat.lib.formulas.language import (
    COMPARISONS,
    COUNTER,
    NEVER_BLANK,
    NUMBER,
    WORDS,
    Node,
    Number,
    Operation,
    Term,
    counts,
    figure,
    terms,
)

FAILS, HOLDS, NOT_ASSESSED, NOT_ASKED = 0, 1, 2, 3
SHOWN = "DECIMAL(38, 8)"
Figure = tuple[str, str | None, str | None, int | str | None]


@dataclass(frozen=True)
class Table:
    """One of the two tables: its checks, and the figures it must carry as numbered columns."""

    name: str
    checks: tuple[Check, ...]
    terms: dict[Figure, Term] = field(default_factory=dict)
    masks: list[Check] = field(default_factory=list)

    def column(self, term: Term) -> str:
        key = figure(term)
        self.terms.setdefault(key, term)
        return f"f{list(self.terms).index(key)}"

    def mask(self, check: Check) -> str:
        if check not in self.masks:
            self.masks.append(check)
        return f"m{self.masks.index(check)}"


@dataclass(frozen=True)
class Program:
    """A compiled form: run it with frames that offer the same words. ``silent`` checks lack theirs."""

    layout: Layout
    cells: Table
    columns: Table
    silent: tuple[Check, ...]
    sql: str


def compile_form(layout: Layout, checks: Iterable[Check], offered: frozenset[str]) -> Program:
    """Compile the checks that this form can be asked."""
    asked = [check for check in checks if check.applies(layout).any()]
    ready = [check for check in asked if check.words <= offered]
    cells = Table("cells", tuple(check for check in ready if check.each == "cell"))
    columns = Table("columns", tuple(check for check in ready if check.each != "cell"))
    sql = _Writer(layout, cells, columns).query()
    return Program(layout, cells, columns, tuple(c for c in asked if c not in ready), sql)


class _Writer:
    """Writes the query and notes on the way which figures the tables must carry."""

    def __init__(self, layout: Layout, cells: Table, columns: Table) -> None:
        self.layout = layout
        self.cells = cells
        self.columns = columns
        self.counters: list[str] = []

    def query(self) -> str:
        tables = [(0, self.cells), (1, self.columns)]
        selects = [self.select(shape, table) for shape, table in tables if table.checks]
        body = "\nUNION ALL\n".join(selects)
        if not self.counters:
            return body
        report = f"place // {len(self.layout.cells)}"
        return f"WITH counts AS (SELECT {report} AS report, {', '.join(self.counters)} FROM cells GROUP BY 1)\n{body}"

    def select(self, shape: int, table: Table) -> str:
        """Outcomes of every row; what to show only for rows where something fails."""
        outcomes = ", ".join(self.outcome(check, table) for check in table.checks)
        values = ", ".join(self.shown(check.shown[0], table) for check in table.checks)
        bounds = ", ".join(self.shown(check.shown[1], table) for check in table.checks)
        source = table.name
        if any(counts(check.tree) for check in table.checks):
            source = f"columns JOIN counts ON counts.report = columns.place // {len(self.layout.columns)}"
        failing = f"list_contains(outcomes, {FAILS})"
        return (
            f"SELECT {shape} AS shape, place, outcomes, "
            f"CASE WHEN {failing} THEN [{values}] END AS values, "
            f"CASE WHEN {failing} THEN [{bounds}] END AS bounds "
            f"FROM (SELECT *, [{outcomes}]::UTINYINT[] AS outcomes FROM {source})"
        )

    def outcome(self, check: Check, table: Table) -> str:
        """A blank anywhere decides nothing: SQL alone would say that blank AND false is false."""
        blank = " OR ".join(self.blanks(check.tree, table)) or "false"
        holds = self.write(check.tree, table)
        return f"CASE WHEN {blank} THEN {NOT_ASSESSED} WHEN {holds} THEN {HOLDS} ELSE {FAILS} END"

    def blanks(self, tree: Node, table: Table) -> list[str]:
        read = terms(tree, inside_counts=False)
        blank = [f"{table.column(term)} IS NULL" for term in read if term.word not in NEVER_BLANK]
        return blank + [f"a{self.counter(count, table)} = 0" for count in counts(tree)]

    def shown(self, node: Node | None, table: Table) -> str:
        if node is None:
            return f"NULL::{SHOWN}"
        return f"CAST({self.write(node, table)} AS {SHOWN})"

    def write(self, node: Node, table: Table) -> str:
        if isinstance(node, Number):
            whole, scale = size(node)
            return f"CAST({node.value:f} AS DECIMAL({whole + scale}, {scale}))"
        if isinstance(node, Term):
            return self.term(node, table)
        if node.sign == COUNTER:
            return f"CAST(n{self.counter(node, table)} AS DECIMAL(9, 0))"
        if node.sign in ("+", "-", "*"):
            left, right = (self.wide(part, table) for part in node.parts)
            return f"({left} {node.sign} {right})"
        parts = [self.write(part, table) for part in node.parts]
        if node.sign in (*COMPARISONS, "and", "or"):
            return f"({parts[0]} {node.sign} {parts[1]})"
        if node.sign in ("not", "neg"):
            return f"({'NOT' if node.sign == 'not' else '-'} {parts[0]})"
        return f"{node.sign}({', '.join(parts)})"

    def wide(self, node: Node, table: Table) -> str:
        """Operands are widened first: the engine would keep 18 digits and fail on a large product."""
        return f"CAST({self.write(node, table)} AS DECIMAL(38, {size(node)[1]}))"

    def term(self, term: Term, table: Table) -> str:
        column, word = table.column(term), WORDS[term.word]
        if word.gives == NUMBER and word.halvings:
            return f"(CAST({column} AS DECIMAL(38, 4)) * {'0.5' if word.halvings == 1 else '0.25'})"
        return column

    def counter(self, count: Operation, table: Table) -> int:
        """Counts over the cells of a report: n of those where it holds, a of those that can say."""
        check = next(check for check in table.checks if count in counts(check.tree))
        known = " AND ".join(
            [self.cells.mask(check)]
            + [f"{self.cells.column(t)} IS NOT NULL" for t in terms(count) if t.word not in NEVER_BLANK]
        )
        condition = self.write(count.parts[0], self.cells)
        text = f"count(*) FILTER (WHERE {known} AND {condition}) AS n{{0}}, count(*) FILTER (WHERE {known}) AS a{{0}}"
        for number, written in enumerate(self.counters):
            if written == text.format(number):
                return number
        self.counters.append(text.format(len(self.counters)))
        return len(self.counters) - 1
