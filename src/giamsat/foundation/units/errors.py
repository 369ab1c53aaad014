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
