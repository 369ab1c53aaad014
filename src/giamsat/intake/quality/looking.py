"""What the rules asked of a form look at beside its own figures: only that need be gathered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from giamsat.intake.quality.definition import Rule
from giamsat.intake.quality.frames import fact_of
from giamsat.intake.sources.queries import Cell
from giamsat.lib.formulas import Check, Layout
from giamsat.lib.formulas.language import BESIDE, THIS, Term, terms

Cells = tuple[Cell, ...]


@dataclass(frozen=True)
class Looks:
    """``words`` that are read of the form at hand, those read of its ``siblings``, and which cells are wanted as a
    share of which others: their places, and the indicator they are out of."""

    words: frozenset[str]
    siblings: frozenset[str]
    shares: tuple[tuple[int, int, str], ...]


@lru_cache(maxsize=512)
def codes_beside(own: frozenset[str], rules: tuple[Rule, ...]) -> frozenset[str]:
    """Indicators of other forms that stand in one rule with an indicator of this one."""
    beside: set[str] = set()
    for rule in rules:
        for check in rule.checks:
            named = {term.code for term in _terms(check) if term.code and term.word in BESIDE}
            if named & own:
                beside |= named - own - {THIS}
    return frozenset(beside)


@lru_cache(maxsize=512)
def codes_named(rule: Rule) -> frozenset[str]:
    """Indicators a rule names, in its checks or as the only ones it is asked of; none where a check is asked of all."""
    named = [
        {term.code for term in _terms(check) if term.code and term.code != THIS} | {*(check.only.codes or ())}
        for check in rule.checks
    ]
    return frozenset[str]().union(*named) if all(named) else frozenset()


@lru_cache(maxsize=512)
def looks(cells: Cells, siblings: Cells, rules: tuple[Rule, ...]) -> Looks:
    """Of the checks that are asked of a form with these sibling cells."""
    layout = Layout(tuple(map(fact_of, cells)), tuple(map(fact_of, siblings)))
    own = {cell.indicator for cell in cells}
    asked = [check for rule in rules for check in rule.checks if check.applies(layout).any()]
    read = [term for check in asked for term in _terms(check)]
    return Looks(
        words=frozenset(term.word for term in read if term.code is None or term.code in own | {THIS}),
        siblings=frozenset(term.word for term in read if term.code and term.code not in own | {THIS}),
        shares=_shares(cells, read),
    )


def _shares(cells: Sequence[Cell], read: Iterable[Term]) -> tuple[tuple[int, int, str], ...]:
    places = {(cell.indicator, cell.breakdown): place for place, cell in enumerate(cells)}
    pairs = {(term.code, term.argument[0]) for term in read if isinstance(term.argument, tuple)}
    return tuple(
        (place, places[of, breakdown], of)
        for (code, breakdown), place in places.items()
        for part, of in sorted(pairs, key=str)
        if part == code and (of, breakdown) in places
    )


def _terms(check: Check) -> list[Term]:
    nodes = (*check.trees, check.excuse, *check.shown)
    return [term for node in nodes if node is not None for term in terms(node)]
