"""Yes/no and number are not mixed, and every number fits an exact decimal of 38 digits."""

from typing import Any

from giamsat.lib.formulas.errors import FormulaRefused, gettext_noop
from giamsat.lib.formulas.language import (
    COMPARISONS,
    COUNTER,
    NUMBER,
    WORDS,
    YES_NO,
    Node,
    Number,
    Operation,
    Term,
    terms,
)

WIDEST = 38
Size = tuple[int, int]


def kind(node: Node) -> str:
    """Whether a node gives a number or a yes/no."""
    if isinstance(node, Number):
        return NUMBER
    if isinstance(node, Term):
        return WORDS[node.word].gives
    return YES_NO if node.sign in (*COMPARISONS, "and", "or", "not") else NUMBER


def size(node: Node) -> Size:
    """Digits before and after the point that a number may need."""
    if isinstance(node, Number):
        _, digits, exponent = node.value.as_tuple()
        scale = max(0, -int(exponent))
        return max(1, len(digits) - scale), scale
    if isinstance(node, Term):
        return WORDS[node.word].digits, WORDS[node.word].scale
    if node.sign == COUNTER:
        return 9, 0
    sizes = [size(part) for part in node.parts]
    whole, scale = max(w for w, _ in sizes), max(s for _, s in sizes)
    if node.sign == "*":
        return sum(w for w, _ in sizes), sum(s for _, s in sizes)
    return (whole + 1, scale) if node.sign in ("+", "-") else (whole, scale)


def check_types(node: Node, text: str) -> None:
    """Refuse a tree that compares a yes/no, adds a yes/no, or could overflow."""
    if not isinstance(node, Operation):
        return
    for part in node.parts:
        check_types(part, text)
    wanted = YES_NO if node.sign in ("and", "or", "not", COUNTER) else NUMBER
    for part in node.parts:
        if kind(part) != wanted:
            told = gettext_noop("Here stands a %(wanted)s, but this is a %(found)s.")
            _refuse(part, text, told, wanted=wanted, found=kind(part))
    if node.sign == COUNTER:
        _check_counter(node, text)
    elif wanted == NUMBER:
        sizes = [size(part) for part in node.parts] + [size(node)]
        if max(w for w, _ in sizes) + max(s for _, s in sizes) > WIDEST:
            told = gettext_noop("This could pass %(most)s digits; multiply fewer figures together.")
            _refuse(node, text, told, most=WIDEST)


def _check_counter(node: Operation, text: str) -> None:
    for term in terms(node):
        if term.code != "this":
            _refuse(term, text, gettext_noop("Inside cells_where(…) every figure is of 'this'."))
    if any(isinstance(part, Operation) and COUNTER in str(part) for part in node.parts):
        _refuse(node, text, gettext_noop("cells_where(…) does not contain itself."))


def _refuse(node: Node, text: str, problem: str, **words: Any) -> None:
    raise FormulaRefused(problem, expression=text, position=node.at, **words)
