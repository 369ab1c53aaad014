"""Refusals of the rule language. They speak to the person who writes a definition: in English here, in the reader's
language through ``told``, for which their sentences are marked."""

from collections.abc import Callable
from typing import Any

from giamsat.lib.refusals import Refusal


def gettext_noop(words: str) -> str:
    """Marks a sentence for the catalogue; whoever shows it translates it."""
    return words


ALLOWED = gettext_noop("Allowed are numbers, this, %(words)s, and brackets.")


class FormulaRefused(Refusal):
    """An expression says something the language does not allow; ``position`` counts characters from 0.

    ``problem`` is a marked sentence and ``words`` what stands in it, themselves marked where they are words;
    ``allowed`` lists what may stand there instead.
    """

    code = "formula.refused"

    def __init__(
        self,
        problem: str,
        *,
        expression: str,
        position: int,
        allowed: str = "",
        check: str = "",
        **words: Any,
    ) -> None:
        position = max(0, min(position, len(expression)))
        self.sentence, self.words, self.allowed = problem, words, allowed
        self.expression, self.position = expression, position
        self.problem = self._problem(str)
        super().__init__(
            self._pointed(self.problem, "character"),
            problem=self.problem,
            expression=expression,
            position=position,
            check=check,
        )

    def told(self, say: Callable[[str], str]) -> str:
        """The whole refusal as ``say`` translates it, with the expression and a mark under the character."""
        return self._pointed(self._problem(say), say(CHARACTER))

    def _problem(self, say: Callable[[str], str]) -> str:
        words = {name: say(word) if isinstance(word, str) else word for name, word in self.words.items()}
        told = say(self.sentence) % words
        return f"{told} {say(ALLOWED) % {'words': self.allowed}}" if self.allowed else told

    def _pointed(self, problem: str, character: str) -> str:
        at = self.position
        return f"{problem}\n  {self.expression}\n  {' ' * at}^ {character} {at + 1}"


CHARACTER = gettext_noop("character")


class FormulasTooSlow(Refusal):
    """The watchdog interrupted a run that passed its time."""

    code = "formula.too_slow"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The rules did not finish within {seconds:g} s and were stopped. Nothing was decided; "
            "try fewer reports at once or a simpler rule.",
            seconds=seconds,
        )
