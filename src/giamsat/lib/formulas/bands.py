"""``in_band(x, low, high)``: between two ends, or outside them by no more than what chance and size explain.

A figure may pass an end by half of it, or by twice the square root of the end and one. The width was measured
(docs/decisions/0028). It is written out as a tree of plain operations, so that everything else treats it as any other.
"""

from decimal import Decimal

from giamsat.lib.formulas.language import Node, Number, Operation


def in_band(figure: Node, low: Node, high: Node, at: int) -> Operation:
    """The tree that says so; ``at`` is where the word stands."""

    def join(sign: str, left: Node, right: Node) -> Operation:
        return Operation(sign, (left, right), at)

    def times(number: int, node: Node) -> Operation:
        return join("*", Number(Decimal(number), at), node)

    def by_chance(apart: Node, end: Node) -> Operation:
        """Squared on both sides, since the language knows no roots."""
        return join("<=", join("*", apart, apart), times(4, join("+", end, Number(Decimal(1), at))))

    not_above = join("<=", times(2, figure), times(3, high))
    not_below = join(">=", times(2, figure), low)
    return join(
        "and",
        join("or", not_above, by_chance(join("-", figure, high), high)),
        join("or", not_below, by_chance(join("-", low, figure), low)),
    )
