"""Refusals of the rule language. They speak to the person who writes a definition, in English."""

from typing import Any

from giamsat.lib.refusals import Refusal


class FormulaRefused(Refusal):
    """An expression says something the language does not allow; ``position`` counts characters from 0."""

    code = "formula.refused"

    def __init__(self, problem: str, *, expression: str, position: int, **facts: Any) -> None:
        position = max(0, min(position, len(expression)))
        super().__init__(
            f"{problem}\n  {expression}\n  {' ' * position}^ character {position + 1}",
            problem=problem,
            expression=expression,
            position=position,
            **facts,
        )
        self.problem = problem
        self.expression = expression
        self.position = position


class FormulasTooSlow(Refusal):
    """The watchdog interrupted a run that passed its time."""

    code = "formula.too_slow"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The rules did not finish within {seconds:g} s and were stopped. Nothing was decided; "
            "try fewer reports at once or a simpler rule.",
            seconds=seconds,
        )
