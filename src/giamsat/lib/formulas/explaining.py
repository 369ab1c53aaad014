"""What a finding shows: the figures on both sides of a check, worked out for one place of one report.

The query decides, over all reports at once; only the few places that fail are explained, one by one.
"""

import operator
from collections.abc import Callable
from decimal import Decimal

from giamsat.lib.formulas.checks import Check
from giamsat.lib.formulas.frames import Frames, Layout
from giamsat.lib.formulas.grids import from_scaled
from giamsat.lib.formulas.language import COUNTER, THIS, WORDS, Node, Number, Operation, Term, terms


class Explainer:
    """Works out numbers of expressions at one report and place; None when a blank is among them."""

    def __init__(self, layout: Layout, frames: Frames) -> None:
        self.layout = layout
        self.frames = frames

    def value(self, node: Node | None, check: Check, report: int, place: int) -> Decimal | None:
        if node is None:
            return None
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Term):
            return self.figure(node, check.each, report, place)
        if node.sign == COUNTER:
            return self.count(node, check, report)
        parts = [self.value(part, check, report, place) for part in node.parts]
        known = [part for part in parts if part is not None]
        return _worked_out(node.sign, known) if len(known) == len(parts) else None

    def figure(self, term: Term, each: str, report: int, place: int) -> Decimal | None:
        if term.code is None:
            counted = self.frames.about.get(term.word)
            return None if counted is None or counted[report] < 0 else Decimal(int(counted[report]))
        at = self.place(term, each, place)
        grid = self.frames.grid(term, self.layout)
        if not 0 <= at < grid.shape[1] or not grid.present[report, at]:
            return None
        value = from_scaled(int(grid.scaled[report, at]))
        return value / 2 ** WORDS[term.word].halvings

    def place(self, term: Term, each: str, place: int) -> int:
        """Where among all cells a term's figure stands; -1 for none."""
        if each == "cell" and term.code == THIS:
            return place
        places = self.layout.of_term(term, each)
        return int(places[place if len(places) > 1 else 0])

    def cells_named(self, check: Check, place: int) -> list[int]:
        """The cells of the forms that a check names at a place, in the order of writing."""
        named = [term for term in terms(check.tree, inside_counts=False) if term.code]
        places = [self.place(term, check.each, place) for term in named]
        for term, at in zip(named, list(places), strict=True):
            if term.word.startswith("breakdown_") and at >= 0:
                cell = self.layout.everything[at]
                places += self.layout.parts.get((cell.code, str(term.argument)), [])
        return list(dict.fromkeys(at for at in places if at >= 0))

    def count(self, counter: Operation, check: Check, report: int) -> Decimal:
        """In how many cells of the report the condition of a cells_where(…) holds."""
        inside = Check(f"{check.name} cells", "cell", check.expression, check.only)
        places = [at for at, cell in enumerate(self.layout.cells) if check.only.admits(cell)]
        return Decimal(sum(bool(self.holds(counter.parts[0], inside, report, at)) for at in places))

    def holds(self, node: Node, check: Check, report: int, place: int) -> bool | None:
        """Whether a condition holds; None when a blank is among its figures."""
        if isinstance(node, Term):
            answer = self.figure(node, check.each, report, place)
            return None if answer is None else bool(answer)
        if not isinstance(node, Operation):
            return None
        if node.sign in ("and", "or", "not"):
            answers = [self.holds(part, check, report, place) for part in node.parts]
            if None in answers:
                return None
            return {"and": all(answers), "or": any(answers), "not": not answers[0]}[node.sign]
        left, right = (self.value(part, check, report, place) for part in node.parts)
        return None if left is None or right is None else _compares(node.sign, left, right)


def _worked_out(sign: str, parts: list[Decimal]) -> Decimal:
    signs: dict[str, Callable[..., Decimal]] = {
        "+": operator.add, "-": operator.sub, "*": operator.mul, "neg": operator.neg, "abs": abs,
        "greatest": max, "least": min,
    }  # fmt: skip
    return signs[sign](*parts)


def _compares(sign: str, left: Decimal, right: Decimal) -> bool:
    signs: dict[str, Callable[[Decimal, Decimal], bool]] = {
        "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le,
        ">": operator.gt, ">=": operator.ge,
    }  # fmt: skip
    return signs[sign](left, right)
