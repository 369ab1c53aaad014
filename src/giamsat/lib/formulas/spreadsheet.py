"""A check written as formulas of a spreadsheet, for a form that is filled in without the house at hand.

Only what the workbook holds can be written: figures of the form itself, sums and the largest of their parts, and the
period before where it stands beside. A check that needs anything else, for its condition or its excuse too, is not
written at all: a workbook never says what the house would not say.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from giamsat.lib.formulas.checks import Check
from giamsat.lib.formulas.frames import Layout
from giamsat.lib.formulas.language import COMPARISONS, NEVER_BLANK, Node, Number, Operation, Term, terms

# Where a cell of the form stands, by its place in the layout: now, and in the period before. None: nowhere.
Where = Callable[[int], str | None]
EXACT = 4  # figures are exact to four decimals, a spreadsheet's are not
BREAKDOWNS = {"breakdown_sum": "SUM", "breakdown_max": "MAX"}


@dataclass(frozen=True, slots=True)
class Written:
    """One check at one place, as texts of formulas without their equals sign.

    ``place``: the cell that it is said of. ``assessed``: whether the figures it needs are there; empty where it needs
    none. ``value`` and ``expected`` are the two sides of a comparison, with ``relation`` between them, else empty.
    """

    check: Check
    place: int
    assessed: str
    holds: str
    relation: str = ""
    value: str = ""
    expected: str = ""


class _NotInTheWorkbook(Exception):
    """A figure that the workbook does not hold."""


def written(check: Check, layout: Layout, *, now: Where, before: Where) -> Iterator[Written]:
    """The check at every place of the form where it is asked and can be written."""
    for place in map(int, check.applies(layout).nonzero()[0]):
        try:
            yield _Writer(check, layout, now, before, place).written()
        except _NotInTheWorkbook:
            continue


@dataclass(frozen=True)
class _Writer:
    """Writes one check for one cell, column or report."""

    check: Check
    layout: Layout
    now: Where
    before: Where
    at: int

    def written(self) -> Written:
        check = self.check
        holds = self.write(check.tree)
        if check.excuse:
            holds = f"OR({holds},AND({','.join([*self.known(check.excuse), self.write(check.excuse)])}))"
        known = [each for tree in check.trees for each in self.known(tree)]
        if check.condition:
            known.append(self.write(check.condition))
        value, expected = (self.write(side) if side else "" for side in check.shown)
        return Written(
            check=check,
            place=self.place_of(terms(check.tree)[0]),
            assessed=f"AND({','.join(dict.fromkeys(known))})" if known else "",
            holds=holds,
            relation=check.relation if value and expected else "",
            value=value,
            expected=expected,
        )

    def place_of(self, term: Term) -> int:
        """Where the term's figure stands on the form at hand."""
        places = self.layout.of_term(term, self.check.each)
        place = int(places[self.at if len(places) > 1 else 0])
        if not 0 <= place < len(self.layout.cells):
            raise _NotInTheWorkbook
        return place

    def cells(self, term: Term) -> list[str]:
        """The cells of the workbook that a term reads."""
        place = self.place_of(term)
        places, where = [place], self.before if term.word == "prev" else self.now
        if term.word in BREAKDOWNS:
            places = self.layout.parts[self.layout.cells[place].code, str(term.argument)]
        found = [where(each) for each in places]
        if None in found or term.word not in {
            "cell",
            "prev",
            *BREAKDOWNS,
            *NEVER_BLANK,
            "is_number",
            "fits_decimals",
        }:
            raise _NotInTheWorkbook
        return [each for each in found if each]

    def known(self, tree: Node) -> list[str]:
        """That every figure a tree reads is a number; what asks whether there is one needs none."""
        asked = (term for term in terms(tree) if term.word not in (*NEVER_BLANK, "is_number"))
        return [f"ISNUMBER({cell})" for term in asked for cell in self.cells(term)]

    def write(self, node: Node) -> str:
        if isinstance(node, Number):
            return f"{node.value:f}"
        if isinstance(node, Term):
            return self.term(node)
        return self.operation(node)

    def operation(self, node: Operation) -> str:
        parts = [self.write(part) for part in node.parts]
        if node.sign in COMPARISONS:
            return f"ROUND({parts[0]}-({parts[1]}),{EXACT}){node.sign}0"
        if node.sign in ("+", "-", "*"):
            return f"({parts[0]}{node.sign}{parts[1]})"
        if node.sign == "neg":
            return f"(-{parts[0]})"
        names = {"and": "AND", "or": "OR", "not": "NOT", "abs": "ABS", "greatest": "MAX", "least": "MIN"}
        if node.sign not in names:
            raise _NotInTheWorkbook
        return f"{names[node.sign]}({','.join(parts)})"

    def term(self, term: Term) -> str:
        cells = self.cells(term)
        if term.word in BREAKDOWNS:
            return f"{BREAKDOWNS[term.word]}({','.join(cells)})"
        [cell] = cells
        if term.word == "required":
            return f"NOT(ISBLANK({cell}))"
        if term.word == "is_number":
            return f"OR(ISBLANK({cell}),ISNUMBER({cell}))"
        if term.word == "fits_decimals":
            decimals = self.layout.cells[self.place_of(term)].decimals
            return f"ROUND({cell},{decimals})={cell}"
        return cell
