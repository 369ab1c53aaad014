"""Why a definition is not taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a definition and where it stands: ``sections.0.rows.2.indicator``, empty for the whole.

    Of an expression ``position`` is the character, counted from 0.
    """

    at: str
    what: str
    position: int | None = None

    @property
    def sentence(self) -> str:
        """What is wrong, without the expression that may stand below it."""
        return self.what.partition("\n")[0]

    @property
    def pointer(self) -> str:
        """The expression and the mark under its character; empty of other faults."""
        return self.what.partition("\n")[2] if self.position is not None else ""


class DefinitionChanged(Refusal):
    """A published version arrived with other content."""

    code = "catalogue.definition_changed"

    def __init__(self, kind: str, name: str, version: int, diff: str) -> None:
        super().__init__(
            _(
                "%(kind)s %(name)s version %(version)s is already published with other content. "
                "A published version never changes: put the old text back and add the new one as "
                "version %(next)s.\n%(diff)s"
            )
            % {"kind": kind, "name": name, "version": version, "next": version + 1, "diff": diff},
            kind=kind,
            name=name,
            version=version,
            diff=diff,
        )


class DefinitionInvalid(Refusal):
    """A definition file says something that cannot be."""

    code = "catalogue.definition_invalid"

    def __init__(self, file: str, problem: str, **facts: Any) -> None:
        super().__init__(
            _(
                "%(file)s cannot be loaded: %(problem)s. "
                "Nothing of it was taken in; mend the file and load again."
            )
            % {"file": file, "problem": problem},
            file=file,
            problem=problem,
            **facts,
        )

    @classmethod
    def of(cls, file: str, problems: Sequence[Problem]) -> Self:
        """The first of several faults, and how many more there are."""
        first, more = problems[0], len(problems) - 1
        place = f" ({first.at})" if first.at else ""
        rest = _(" and %(more)s more faults") % {"more": more} if more else ""
        return cls(file, f"{first.what.rstrip('.')}{place}{rest}")


class IndicatorUnknown(Refusal):
    """Somebody asked for an indicator that no file defines."""

    code = "catalogue.indicator_unknown"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, indicator: str) -> None:
        super().__init__(
            _("There is no indicator %(indicator)s. Look the code up in the catalogue.")
            % {"indicator": indicator},
            indicator=indicator,
        )
