"""One form, all its checks, one query.

The query reads two tables built from the frames: ``cells`` (a row per report and cell) and ``columns`` (a row
per report and breakdown). Every check becomes one number per row: 1 holds, 0 fails, 2 not assessed.
Only column names made here and typed literals reach the engine, never a definition's text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from giamsat.lib.formulas.checks import Check, words_of
from giamsat.lib.formulas.exactness import size
from giamsat.lib.formulas.frames import Layout
from giamsat.lib.formulas.grids import Mask
from giamsat.lib.formulas.language import (
    COMPARISONS,
    COUNTER,
    NEVER_BLANK,
    NUMBER,
    WORDS,
    Figure,
    Node,
    Number,
    Operation,
    Term,
    counts,
    figure,
    terms,
    walk,
)

FAILS, HOLDS, NOT_ASSESSED, NOT_ASKED = 0, 1, 2, 3
NARROW = 18


@dataclass(frozen=True)
class Table:
    """One of the two tables: its checks, and the figures it must carry, in order.

    ``cells`` is long and has a column for each figure; ``columns`` is short and wide, and hands its figures
    over as one list: the engine takes longer to look at fifty columns than to answer for one report.
    """

    name: str
    checks: tuple[Check, ...]
    terms: dict[Figure, Term] = field(default_factory=dict)
    masks: list[Check] = field(default_factory=list)

    def column(self, term: Term) -> str:
        key = figure(term)
        self.terms.setdefault(key, term)
        number = list(self.terms).index(key)
        return f"f{number}"

    def unpacked(self) -> str:
        """Each figure of the list by its name, read once a row however often it is named."""
        return ", ".join([f"f[{n + 1}] AS f{n}" for n in range(len(self.terms))] or ["NULL AS f"])

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
    asked: Mapping[str, Mask]
    silent: tuple[Check, ...]
    sql: str


def compile_form(layout: Layout, checks: Iterable[Check], offered: frozenset[str]) -> Program:
    """Compile the checks that this form can be asked."""
    asked = {check: check.applies(layout) for check in checks}
    asked = {check: places for check, places in asked.items() if places.any()}
    ready = [check for check in asked if check.words <= offered]
    cells = Table("cells", tuple(check for check in ready if check.each == "cell"))
    columns = Table("columns", tuple(check for check in ready if check.each != "cell"))
    sql = _Writer(layout, cells, columns, offered).query()
    silent = tuple(check for check in asked if check not in ready)
    by_name = {check.name: places for check, places in asked.items()}
    return Program(layout, cells, columns, by_name, silent, sql)


class _Writer:
    """Writes the query and notes on the way which figures the tables must carry."""

    def __init__(self, layout: Layout, cells: Table, columns: Table, offered: frozenset[str]) -> None:
        self.offered = offered
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
        counted = f"place // {len(self.layout.cells)} AS report, {', '.join(self.counters)}"
        return f"WITH counts AS (SELECT {counted} FROM cells GROUP BY 1)\n{body}"  # noqa: S608 - our own words

    def select(self, shape: int, table: Table) -> str:
        """The outcomes of every row of a table."""
        outcomes = ", ".join(self.outcome(check, table) for check in table.checks)
        source = table.name
        if table.name == "columns":
            source = f"(SELECT place, {table.unpacked()} FROM columns) AS columns"  # noqa: S608 - our own words
        if any(counts(tree) for check in table.checks for tree in _counting(check)):
            source += f" JOIN counts ON counts.report = columns.place // {len(self.layout.columns)}"
        return f"SELECT {shape} AS shape, place, [{outcomes}]::UTINYINT[] AS outcomes FROM {source}"  # noqa: S608

    def outcome(self, check: Check, table: Table) -> str:
        """A blank anywhere decides nothing; a lone comparison is blank by itself, and/or/greatest are not."""
        holds = self.write(check.tree, table)
        excuse = self.excuse(check, table)
        signs = {part.sign for tree in check.trees for part in walk(tree) if isinstance(part, Operation)}
        if not (check.condition or excuse or signs & {"and", "or", "greatest", "least", COUNTER}):
            return f"coalesce({holds}::UTINYINT, {NOT_ASSESSED})"
        silent = [blank for tree in check.trees for blank in self.blanks(tree, table)]
        if check.condition:
            silent.append(f"NOT {self.write(check.condition, table)}")
        unasked = " OR ".join(dict.fromkeys(silent)) or "false"
        excused = f" WHEN {excuse} THEN {HOLDS}" if excuse else ""
        return f"CASE WHEN {unasked} THEN {NOT_ASSESSED}{excused} ELSE {holds}::UTINYINT END"

    def excuse(self, check: Check, table: Table) -> str:
        """What lets a check pass all the same; nothing when a figure for it is blank or was not handed over."""
        if not check.excuse or not words_of(check.excuse) <= self.offered:
            return ""
        known = [f"NOT ({blank})" for blank in self.blanks(check.excuse, table)]
        return " AND ".join([*known, self.write(check.excuse, table)])

    def blanks(self, tree: Node, table: Table) -> list[str]:
        read = terms(tree, inside_counts=False)
        blank = [f"{table.column(term)} IS NULL" for term in read if term.word not in NEVER_BLANK]
        return blank + [f"a{self.counter(count, table)} = 0" for count in counts(tree)]

    def write(self, node: Node, table: Table) -> str:  # noqa: PLR0911 - a case for each kind of node
        if isinstance(node, Number):
            whole, scale = size(node)
            return f"CAST({node.value:f} AS DECIMAL({whole + scale}, {scale}))"
        if isinstance(node, Term):
            return self.term(node, table)
        if node.sign == COUNTER:
            return f"CAST(n{self.counter(node, table)} AS DECIMAL(9, 0))"
        if node.sign in ("+", "-", "*"):
            narrow = sum(size(node)) <= NARROW
            write = self.write if narrow else self.wide
            return f"({write(node.parts[0], table)} {node.sign} {write(node.parts[1], table)})"
        parts = [self.write(part, table) for part in node.parts]
        if node.sign in (*COMPARISONS, "and", "or"):
            return f"({parts[0]} {node.sign} {parts[1]})"
        if node.sign in ("not", "neg"):
            return f"({'NOT' if node.sign == 'not' else '-'} {parts[0]})"
        return f"{node.sign}({', '.join(parts)})"

    def wide(self, node: Node, table: Table) -> str:
        """Operands are widened first: the engine would keep 18 digits and fail on a large product."""
        if isinstance(node, Operation) and node.sign in ("+", "-", "*") and sum(size(node)) > NARROW:
            return self.write(node, table)
        return f"CAST({self.write(node, table)} AS DECIMAL(38, {size(node)[1]}))"

    def term(self, term: Term, table: Table) -> str:
        column, word = table.column(term), WORDS[term.word]
        if word.gives != NUMBER:
            return f"({column} <> 0)"
        if word.halvings:
            return f"(CAST({column} AS DECIMAL(38, 4)) * {'0.5' if word.halvings == 1 else '0.25'})"
        return column

    def counter(self, count: Operation, table: Table) -> int:
        """Counts over the cells of a report: n of those where it holds, a of those that can say."""
        check = next(c for c in table.checks if any(count in counts(tree) for tree in _counting(c)))
        read = [self.cells.column(term) for term in terms(count) if term.word not in NEVER_BLANK]
        known = " AND ".join([self.cells.mask(check), *(f"{column} IS NOT NULL" for column in read)])
        holds = f"{known} AND {self.write(count.parts[0], self.cells)}"
        text = f"count(*) FILTER (WHERE {holds}) AS n{{0}}, count(*) FILTER (WHERE {known}) AS a{{0}}"
        for number, written in enumerate(self.counters):
            if written == text.format(number):
                return number
        self.counters.append(text.format(len(self.counters)))
        return len(self.counters) - 1


def _counting(check: Check) -> list[Node]:
    """Every tree of a check in which cells may be counted."""
    return [*check.trees, *([check.excuse] if check.excuse else [])]
