"""A check: one expression that must hold, and where it is asked."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from giamsat.lib.formulas.errors import FormulaRefused, gettext_noop
from giamsat.lib.formulas.exactness import kind
from giamsat.lib.formulas.frames import CellFact, Layout
from giamsat.lib.formulas.grids import Mask
from giamsat.lib.formulas.language import (
    BESIDE,
    COMPARISONS,
    NUMBER,
    THIS,
    YES_NO,
    Node,
    Operation,
    Term,
    counts,
    denominator,
    terms,
)
from giamsat.lib.formulas.parsing import parse

EACH = ("cell", "column", "report")


@dataclass(frozen=True, slots=True)
class Only:
    """Which cells a check is asked of; None means all."""

    additivity: tuple[str, ...] | None = None
    counts_persons: bool | None = None
    required: bool | None = None
    codes: tuple[str, ...] | None = None
    total: bool | None = None
    whole: bool | None = None

    def admits(self, cell: CellFact) -> bool:
        return (
            (self.additivity is None or cell.additivity in self.additivity)
            and (self.counts_persons is None or cell.counts_persons == self.counts_persons)
            and (self.required is None or cell.required == self.required)
            and (self.codes is None or cell.code in self.codes)
            and (self.total is None or (cell.breakdown == "") == self.total)
            and (self.whole is None or (cell.decimals == 0) == self.whole)
        )


@dataclass(frozen=True)
class Check:
    """``expression`` must hold for each cell, each column or once in the report's totals.

    Where ``when`` does not hold the check is not assessed. What ``unless`` excuses is no finding; a blank, or
    a figure nobody handed over, excuses nothing. ``value`` and ``expected`` say what a finding shows; without
    them the two sides of the comparison.
    """

    name: str
    each: str
    expression: str
    only: Only = field(default_factory=Only)
    when: str | None = None
    unless: str | None = None
    value: str | None = None
    expected: str | None = None

    @cached_property
    def tree(self) -> Node:
        """The tree of ``expression``; FormulaRefused when it is wrong, as for the two below."""
        return self._scoped(self.expression)

    @cached_property
    def condition(self) -> Node | None:
        """The tree of ``when``."""
        return None if self.when is None else self._scoped(self.when)

    @cached_property
    def excuse(self) -> Node | None:
        """The tree of ``unless``."""
        return None if self.unless is None else self._scoped(self.unless)

    def _scoped(self, text: str) -> Node:
        tree = self._parse(text, YES_NO)
        self._check_scope(tree)
        return tree

    @cached_property
    def trees(self) -> tuple[Node, ...]:
        """All that decides: the expression, and the condition if there is one."""
        return (self.tree, self.condition) if self.condition else (self.tree,)

    def _check_scope(self, tree: Node) -> None:
        about_this = any(term.code == THIS for term in terms(tree, inside_counts=False))
        about_codes = any(term.code not in (None, THIS) for term in terms(tree))
        if self.each == "cell" and about_codes:
            self._refuse(
                gettext_noop("A check of each cell speaks of 'this' only; for named codes use each: column.")
            )
        if self.each != "cell" and about_this:
            self._refuse(gettext_noop("'this' is a single cell: use each: cell, or cells_where(…)."))
        if self.each == "cell" and counts(tree):
            self._refuse(gettext_noop("cells_where(…) counts over a report: use each: report."))

    def parse_all(self) -> None:
        """Read every expression now; FormulaRefused if one is wrong."""
        _ = (self.trees, self.excuse, self.shown)

    @cached_property
    def shown(self) -> tuple[Node | None, Node | None]:
        """What was found and what it is held against."""
        sides: tuple[Node | None, Node | None] = (None, None)
        if isinstance(self.tree, Operation) and self.tree.sign in COMPARISONS:
            sides = self.tree.parts[0], self.tree.parts[1]
        value = self._parse(self.value, NUMBER) if self.value else sides[0]
        expected = self._parse(self.expected, NUMBER) if self.expected else sides[1]
        return value, expected

    @cached_property
    def relation(self) -> str:
        """How the value should stand to the expected one."""
        if isinstance(self.tree, Operation) and self.tree.sign in COMPARISONS and not self.expected:
            return self.tree.sign
        return "="

    @cached_property
    def words(self) -> frozenset[str]:
        """What the check must be able to read, in the spelling of ``Frames.offered``."""
        return words_of(*self.trees, *self.shown)

    def applies(self, layout: Layout) -> Mask:
        """Per cell or column of the form: whether all that the check names stands there."""
        if self.each == "cell":
            asked = np.array([self.only.admits(cell) for cell in layout.cells], np.bool_)
        else:
            asked = np.array([self.each == "column" or column == "" for column in layout.columns])
        named = [each for tree in self.trees for each in terms(tree, inside_counts=False) if each.code]
        named += [out_of for out_of in map(denominator, named) if out_of]
        at_hand = np.zeros(len(asked), np.bool_)
        for term in named:
            places = np.resize(layout.of_term(term, self.each), len(asked))
            asked &= (places >= 0) & _readable(term, places, layout)
            at_hand |= (places >= 0) & (places < len(layout.cells))
        return asked & at_hand if named else asked

    def _parse(self, text: str, wanted: str) -> Node:
        tree = parse(text)
        if kind(tree) != wanted:
            raise FormulaRefused(
                gettext_noop("A %(wanted)s is needed here, but this gives a %(found)s."),
                expression=text, position=0, check=self.name, wanted=wanted, found=kind(tree),
            )  # fmt: skip
        return tree

    def _refuse(self, problem: str) -> None:
        raise FormulaRefused(problem, expression=self.expression, position=0, check=self.name)


def words_of(*nodes: Node | None) -> frozenset[str]:
    """The words that nodes read, in the spelling of ``Frames.offered``."""
    read = [term for node in nodes if node for term in terms(node)]
    return frozenset(
        f"{term.word} {term.argument}" if term.word == "same_period" else term.word for term in read
    )


def _readable(term: Term, places: "np.ndarray", layout: Layout) -> Mask:  # type: ignore[type-arg]
    """Breakdown words need parts; of sibling forms only what they reported is known."""
    if term.word.startswith("breakdown_"):
        return layout.has_parts(term, places)
    if term.word not in BESIDE:
        return np.asarray(places < len(layout.cells))
    return np.ones(len(places), np.bool_)
