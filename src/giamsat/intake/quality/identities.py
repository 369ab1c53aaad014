"""Which figures of a report add up to which, as the rules say: what one can be worked out from the others by."""

from collections.abc import Iterable
from dataclasses import dataclass

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.intake.quality.definition import Rule
from giamsat.lib.formulas import parse
from giamsat.lib.formulas.language import Node, Operation, Term


@dataclass(frozen=True)
class Identities:
    """``dimensions`` whose breakdowns make up the total; ``sums`` of indicators that equal each other, by column;
    what a rule names with its part ("L01.pos=XA") is that one cell."""

    dimensions: frozenset[str]
    sums: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


def identities_in(rules: Iterable[Rule]) -> Identities:
    dimensions: set[str] = set()
    sums: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for rule in rules:
        for check in rule.checks:
            node = parse(check.expression)
            if not isinstance(node, Operation) or node.sign != "=" or check.when or check.unless:
                continue
            left, right = node.parts
            if isinstance(right, Term) and right.word == "breakdown_sum":
                dimensions.add(str(right.argument))
            elif _added(left) and _added(right):
                sums.append((_added(left), _added(right)))
    return Identities(frozenset(dimensions), tuple(dict.fromkeys(sums)))


def _added(node: Node) -> tuple[str, ...]:
    """The indicators, or single cells, that a plain sum adds; none when it is anything else."""
    if isinstance(node, Term) and node.word == "cell" and node.code:
        return (catalogue.cell_key(node.code, node.breakdown or ""),)
    if isinstance(node, Operation) and node.sign == "+":
        parts = [_added(part) for part in node.parts]
        return tuple(code for part in parts for code in part) if all(parts) else ()
    return ()
