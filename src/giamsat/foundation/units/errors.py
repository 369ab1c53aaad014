"""Why a tree, a map or a look-up is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing in a territory folder that cannot be, with the place where it stands."""

    file: str
    line: int
    column: str
    value: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.column}={self.value!r}: {self.problem}"


class TerritoryRefused(Refusal):
    """The folder contradicts itself or the tree already planted."""

    code = "units.territory_refused"

    def __init__(self, contradictions: Sequence[Contradiction]) -> None:
        first = "\n".join(str(each) for each in contradictions[:SHOWN])
        super().__init__(
            _(
                "The territory cannot be loaded: %(count)s contradictions. Nothing was changed; "
                "mend the files and load again.\n%(first)s"
            )
            % {"count": len(contradictions), "first": first},
            count=len(contradictions),
            contradictions=[
                {
                    "file": each.file,
                    "line": each.line,
                    "column": each.column,
                    "value": each.value,
                    "problem": each.problem,
                }
                for each in contradictions
            ],
        )


class ManifestRefused(Refusal):
    """territory.yaml is absent or says something the loader does not know."""

    code = "units.manifest_refused"

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(
            _("%(file)s cannot be read: %(problem)s. The words it may use stand in README.md beside it.")
            % {"file": file, "problem": problem},
            file=file,
            problem=problem,
        )


class UnitNotFound(Refusal):
    """Nobody by that code, on that map, on that day."""

    code = "units.not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(
            _("There is no unit %(code)s. Look it up by name: codes were given anew on 1 July 2025.")
            % {"code": code},
            unit=code,
            **facts,
        )


class TreeNotPlanted(Refusal):
    """The house has no units yet."""

    code = "units.tree_not_planted"
    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(_("There is no tree of units yet. Load the territory first: giamsat init."))


class MapNotBuilt(Refusal):
    """Nothing has been drawn yet, or not for this unit."""

    code = "units.map_not_built"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, wanted: str) -> None:
        super().__init__(
            _("There is no map of %(wanted)s yet. Build the schematic map or import boundaries.")
            % {"wanted": wanted},
            wanted=wanted,
        )


class BoundariesRefused(Refusal):
    """A boundary file cannot be used; the map stays as it was."""

    code = "units.boundaries_refused"

    def __init__(self, file: str, problem: str, **facts: Any) -> None:
        super().__init__(
            _("%(file)s was not imported: %(problem)s The map stays as it was.")
            % {"file": file, "problem": problem},
            file=file,
            problem=problem,
            **facts,
        )


class AreaRefused(Refusal):
    """A point, radius or drawn area that means nothing on a map."""

    code = "units.area_refused"

    def __init__(self, problem: str, **facts: Any) -> None:
        super().__init__(problem, **facts)


class ChangeRefused(Refusal):
    """What is asked of the tree contradicts it or itself."""

    code = "units.change_refused"

    def __init__(self, problems: Sequence[Contradiction]) -> None:
        self.problems = list(problems)
        told = [_in_words(each) for each in self.problems]
        super().__init__(
            _("The change cannot be made: %(first)s Nothing was changed; put it right and look again.")
            % {"first": " ".join(told[:SHOWN])},
            count=len(told),
            problems=told,
        )


def _in_words(problem: Contradiction) -> str:
    place = _("Line %s: ") % problem.line if problem.line else ""
    value = f"{problem.value}: " if problem.value else ""
    return f"{place}{value}{problem.problem}."


class ChangeNotFound(Refusal):
    code = "units.change_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: int) -> None:
        super().__init__(
            _("There is no change %s of units. Choose one from the list.") % number, change=number
        )


class ChangeIsOver(Refusal):
    """Carried out, withdrawn or undone meanwhile, by this person or another."""

    code = "units.change_is_over"
    status = HTTPStatus.CONFLICT

    def __init__(self, number: int, state: str) -> None:
        super().__init__(
            _("Change %(number)s is %(state)s already. Nothing was done again; look at the page anew.")
            % {"number": number, "state": state},
            change=number,
            state=state,
        )


class SamePerson(Refusal):
    """Four eyes: who prepares a change does not carry it out."""

    code = "units.four_eyes"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%s prepared this change. Another person looks at it and carries it out.") % name, person=name
        )


class DayNotCome(Refusal):
    code = "units.day_not_come"
    status = HTTPStatus.CONFLICT

    def __init__(self, on: Any) -> None:
        super().__init__(
            _(
                "The change is valid from %s. Carry it out on that day or later: reports until then are the old units'."
            )
            % f"{on:%d/%m/%Y}",
            on=on.isoformat(),
        )


class PreviewStale(Refusal):
    """Something the preview told has changed since."""

    code = "units.preview_stale"
    status = HTTPStatus.CONFLICT

    def __init__(self, changed: Sequence[str]) -> None:
        super().__init__(
            _("Since you looked, this has changed: %s. Nothing was done; look at the preview again.")
            % "; ".join(changed),
            changed=list(changed),
        )


class ChangeForbidden(Refusal):
    """Something that hangs on the units speaks against it."""

    code = "units.change_forbidden"
    status = HTTPStatus.CONFLICT

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(
            _("The change cannot be carried out: %s Nothing was changed.") % " ".join(reasons[:SHOWN]),
            count=len(reasons),
            reasons=list(reasons),
        )


class UndoForbidden(Refusal):
    """A report came meanwhile, or the tree went on."""

    code = "units.undo_forbidden"
    status = HTTPStatus.CONFLICT

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(
            _("The change cannot be undone: %s What is wrong now is put right by another change.")
            % " ".join(reasons[:SHOWN]),
            count=len(reasons),
            reasons=list(reasons),
        )


class ReasonMissing(Refusal):
    code = "units.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("Say why: the reason stays in the trail."))
