"""The words of the rule language and the tree an expression becomes.

A term names figures (``cell(B04)``, ``prev(this)``); operations join them. A tree holds no text that reaches
the query engine: codes become column numbers, numbers become typed literals.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from giamsat.lib.formulas.errors import gettext_noop

NUMBER, YES_NO = gettext_noop("number"), gettext_noop("yes/no")
THIS = "this"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: Decimal
    at: int


@dataclass(frozen=True, slots=True)
class Term:
    """One figure: which word, of which indicator, in which breakdown (None: the column at hand)."""

    word: str
    code: str | None
    breakdown: str | None
    argument: "Argument"
    at: int


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function over other nodes."""

    sign: str
    parts: tuple["Node", ...]
    at: int


Node = Number | Term | Operation
Argument = int | str | tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Word:
    """How a term is written and what it gives.

    ``digits`` and ``scale`` are the most it can have before and after the point; ``halvings`` says that the
    frame carries it doubled that many times, so that a median stays a whole number of ten-thousandths.
    """

    parameters: tuple[str, ...]
    help: str
    gives: str = NUMBER
    digits: int = 12
    scale: int = 4
    halvings: int = 0


CODE = ("code", "breakdown?")
Figure = tuple[str, str | None, str | None, Argument]
WORDS: dict[str, Word] = {
    "cell": Word(CODE, gettext_noop("cell(B04) or cell(B04, 'lvl=XA'): the figure reported")),
    "prev": Word(
        CODE, gettext_noop("prev(B04): the cumulative figure of the period before, in the same year")
    ),
    "same_period": Word(
        ("back", *CODE), gettext_noop("same_period(1, B04): the figure n same-kind periods ago")
    ),
    "opening": Word(
        CODE, gettext_noop("opening(I08): the figure of the period just before, over the year's end too")
    ),
    "year_opening": Word(
        CODE, gettext_noop("year_opening(I08): the figure with which the year before ended")
    ),
    "increment": Word(
        CODE, gettext_noop("increment(B04): what the period added; a stock's level"), digits=13
    ),
    "last_increment": Word(
        CODE, gettext_noop("last_increment(B04): what the period just before added"), digits=13
    ),
    "median": Word(CODE, gettext_noop("median(B04): of earlier increments"), digits=13, scale=5, halvings=1),
    "mad": Word(
        CODE, gettext_noop("mad(B04): their median distance from that median"), digits=13, scale=6, halvings=2
    ),
    "history_count": Word(
        CODE, gettext_noop("history_count(B04): how many of those increments are known"), scale=0
    ),
    "own": Word(CODE, gettext_noop("own(B04): the unit's own activity beside its consolidated figure")),
    "children_sum": Word(
        CODE, gettext_noop("children_sum(B04): of the units below; blank until all reported"), digits=14
    ),
    "peer_pct": Word(
        ("code", "percent"),
        gettext_noop("peer_pct(B04, 95): percentile of what its peers added, at its size"),
        digits=13,
    ),
    "peer_share": Word(
        ("code", "of", "percent"),
        gettext_noop(
            "peer_share(B04, B02, 95): percentile of B04 out of B02 among its peers, at its own B02"
        ),
        digits=13,
    ),
    "rest": Word(
        CODE, gettext_noop("rest(this): what a part leaves of its total; of a total, all of it"), digits=13
    ),
    "register_count": Word(CODE, gettext_noop("register_count(B04): the count in the register of files")),
    "predecessors_sum": Word(
        CODE,
        gettext_noop("predecessors_sum(B04): as the units merged into it this year last reported it"),
        digits=14,
    ),
    "breakdown_sum": Word(
        ("code", "dimension"), gettext_noop("breakdown_sum(B04, 'lvl'): sum of its columns"), digits=14
    ),
    "breakdown_max": Word(
        ("code", "dimension"), gettext_noop("breakdown_max(B04, 'vio'): the largest of its columns")
    ),
    "required": Word(
        CODE, gettext_noop("required(B04): filled in; a blank is no, a text is for is_number"), gives=YES_NO
    ),
    "is_number": Word(
        CODE, gettext_noop("is_number(B04): what was entered is a number that can be stored"), gives=YES_NO
    ),
    "fits_decimals": Word(
        CODE, gettext_noop("fits_decimals(B04): no more decimals than the cell allows"), gives=YES_NO
    ),
    "is_round": Word(CODE, gettext_noop("is_round(B04): a figure that ends in 0 or 5"), gives=YES_NO),
    "children_expected": Word(
        (), gettext_noop("children_expected(): units below that owe this report"), scale=0
    ),
    "children_received": Word((), gettext_noop("children_received(): those whose report is in"), scale=0),
    "units_below": Word(
        (),
        gettext_noop("units_below(): units directly below it in the tree; blank where none is known"),
        scale=0,
    ),
    "members": Word((), gettext_noop("members(): its members in the tree of units"), scale=0),
    "silent_for": Word(
        (), gettext_noop("silent_for(): periods in a row, up to this one, without a report"), scale=0
    ),
}
PERCENTS = (5, 25, 50, 75, 95)
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
CHOOSERS = ("greatest", "least")
COUNTER = "cells_where"
BAND = "in_band"
NEVER_BLANK = ("required",)
BESIDE = ("cell", "prev", "increment", "opening", "year_opening")  # known of the unit's other forms, too


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, parents first."""
    yield node
    if isinstance(node, Operation):
        for part in node.parts:
            yield from walk(part)


def terms(node: Node, *, inside_counts: bool = True) -> list[Term]:
    """The distinct figures a node reads, in the order of writing."""
    if isinstance(node, Term):
        return [node]
    if isinstance(node, Number) or (node.sign == COUNTER and not inside_counts):
        return []
    found = [term for part in node.parts for term in terms(part, inside_counts=inside_counts)]
    return list({figure(term): term for term in found}.values())


def counts(node: Node) -> list[Operation]:
    """Every ``cells_where(...)`` in a node."""
    return [part for part in walk(node) if isinstance(part, Operation) and part.sign == COUNTER]


def denominator(term: Term) -> Term | None:
    """The figure that a share is out of; None of any other term."""
    if not isinstance(term.argument, tuple):
        return None
    return Term("cell", term.argument[0], term.breakdown, None, term.at)


def figure(term: Term) -> Figure:
    """What a term reads, wherever it was written."""
    return term.word, term.code, term.breakdown, term.argument
