"""What one person may see and do at one instant: grants, today's tree and its predecessors, exclusions.

Every read starts here. Paths of the tree are compared as strings, so most questions cost no query.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from giamsat.foundation.access.choices import DECIDED_BY_OTHERS, UNCLASSIFIED, Action, Classification
from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.access.roles import Role
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import POINT_LEVEL

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit


@dataclass(frozen=True)
class Place:
    """A unit, or a unit with everything below it, by its path in the tree."""

    path: str
    subtree: bool

    def holds(self, path: str) -> bool:
        return path == self.path or (self.subtree and path.startswith(self.path))

    def condition(self) -> Q:
        return Q(path__startswith=self.path) if self.subtree else Q(path=self.path)


@dataclass(frozen=True)
class Reach:
    """One live grant: a role over a place, perhaps for some kinds of work or one assignment only."""

    role: Role
    place: Place
    work_types: frozenset[str] = frozenset()
    assignment: str = ""
    ceiling: int = Classification.INTERNAL

    def allows(
        self, action: str, *, work_type: str = "", assignment: str = "", classification: int | None = None
    ) -> bool:
        """Whether the right covers that, wherever the unit lies. Not named, the matter is as secret as is usual."""
        if classification is None:
            classification = Classification.PUBLIC if action in UNCLASSIFIED else Classification.INTERNAL
        return (
            action in self.role.actions
            and self.ceiling >= classification
            and (not self.assignment or self.assignment == assignment)
            and (not self.work_types or not work_type or work_type in self.work_types)
        )


@dataclass
class Scope:
    """Everything one viewer may do at one instant. Asked for once a request; never kept longer."""

    account_id: int | None
    own: "Unit | None"
    reaches: list[Reach] = field(default_factory=list)
    exclusions: list[Place] = field(default_factory=list)

    def may(
        self,
        action: str,
        unit: "Unit",
        *,
        work_type: str = "",
        assignment: str = "",
        classification: int | None = None,
        about_leaders: bool = False,
    ) -> bool:
        """Whether this person may do that about this unit.

        ``about_leaders`` marks data on the body's own leaders: only the commission directly above it may see those. A
        conflict of interest overrules every grant, and nobody decides about the unit they work at. Aggregates of the
        centre and the points are everybody's.
        """
        action = Action(action)
        if action == Action.AGGREGATE_READ and self._is_public_aggregate(unit):
            return True
        if self.has_conflict_with(unit) or (about_leaders and not self.is_direct_superior_of(unit)):
            return False
        if action in DECIDED_BY_OTHERS and self.is_own(unit):
            return False
        return any(
            reach.allows(action, work_type=work_type, assignment=assignment, classification=classification)
            and self._holds(reach.place, unit.pk, unit.path)
            for reach in self.reaches
        )

    def require(self, action: str, unit: "Unit", **particulars: object) -> None:
        """Refuse in words unless ``may`` says yes."""
        if not self.may(action, unit, **particulars):  # type: ignore[arg-type]
            raise NotAllowed(action, unit)

    def may_anywhere(self, action: str) -> bool:
        """Whether to offer something at all, before a unit is chosen."""
        return any(reach.allows(action) for reach in self.reaches)

    def small_cells_visible(self, unit: "Unit") -> bool:
        """Whether one to four persons may be shown as they are: inside the unit and to its direct superior."""
        if self.own is None or not self.may(Action.REPORT_READ, unit):
            return False
        return unit.pk == self.own.pk or self.is_direct_superior_of(unit) or self._went_into_own(unit.pk)

    def has_conflict_with(self, unit: "Unit") -> bool:
        """Whether a conflict of interest bars this person from the unit, whatever their grants."""
        return any(self._holds(place, unit.pk, unit.path) for place in self.exclusions)

    def is_own(self, unit: "Unit") -> bool:
        """Whether it is the unit where this person works, or went on in that one."""
        if self.own is None:
            return False
        return unit.pk == self.own.pk or (unit.valid_to is not None and self._went_into_own(unit.pk))

    def is_direct_superior_of(self, unit: "Unit") -> bool:
        """Whether this person's own unit is the one directly above, or what that one went into."""
        if self.own is None or unit.is_centre:
            return False
        above = unit.path[: -unit.steplen]
        return above == self.own.path or above in self.paths_gone_into_own

    def units_where(self, action: str) -> "QuerySet[Unit]":
        """The units of which ``may`` says yes to this action, former ones included; public aggregates apart."""
        places = [reach.place for reach in self.reaches if reach.allows(action)]
        if not places:
            return units.all_units().none()
        inside = Q(pk__in=self._former_units_of(places))
        for place in places:
            inside |= place.condition()
        excluded = Q(pk__in=self._former_units_of(self.exclusions))
        for place in self.exclusions:
            excluded |= place.condition()
        if action in DECIDED_BY_OTHERS and self.own is not None:
            excluded |= Q(pk=self.own.pk) | Q(
                pk__in=self._former_units_of([Place(self.own.path, subtree=False)])
            )
        return units.all_units().filter(inside).exclude(excluded)

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """Units whose reports this person may read in detail."""
        return frozenset(self.units_where(Action.REPORT_READ).order_by().values_list("pk", flat=True))

    @cached_property
    def small_cell_unit_ids(self) -> frozenset[int]:
        """Units whose small cells are shown: for reading many figures with one query."""
        if self.own is None:
            return frozenset()
        near = Q(path=self.own.path) | self.directly_below()
        near |= Q(pk__in=self._former_units_of([Place(self.own.path, subtree=False)]))
        return frozenset(
            self.units_where(Action.REPORT_READ).filter(near).order_by().values_list("pk", flat=True)
        )

    def directly_below(self) -> Q:
        """Units to which this person's own unit is the direct superior, those of former superiors included."""
        if self.own is None:
            return Q(pk__in=())
        below = Q(path__startswith=self.own.path, depth=self.own.depth + 1)
        for path in sorted(self.paths_gone_into_own):
            below |= Q(path__startswith=path, depth=len(path) // self.own.steplen + 1)
        return below

    def key(self) -> tuple[object, ...]:
        """Equal for viewers who are shown the same figures: what is computed for one serves the others."""
        reads = (Action.REPORT_READ, Action.AGGREGATE_READ, Action.WARNING_READ)
        seen = {
            (action, r.place, r.ceiling, r.work_types, r.assignment)
            for r in self.reaches
            for action in reads
            if action in r.role.actions
        }
        return (self.own.pk if self.own else None, frozenset(seen), frozenset(self.exclusions))

    def _is_public_aggregate(self, unit: "Unit") -> bool:
        return self.account_id is not None and unit.level <= POINT_LEVEL and not unit.withheld

    def _holds(self, place: Place, pk: int, path: str) -> bool:
        """Inside the place, or gone into a unit that is."""
        return place.holds(path) or any(self._holds(place, *into) for into in self._fates.get(pk, ()))

    def _went_into_own(self, pk: int) -> bool:
        return self.own is not None and self._holds(Place(self.own.path, subtree=False), pk, "")

    def _former_units_of(self, places: Iterable[Place]) -> set[int]:
        places = list(places)
        return {
            pk
            for pk in self._fates
            for place in places
            if any(self._holds(place, *into) for into in self._fates[pk])
        }

    @cached_property
    def paths_gone_into_own(self) -> frozenset[str]:
        """Where units stood that went on in this person's own."""
        return frozenset(path for pk, path in self._former_paths.items() if self._went_into_own(pk))

    @cached_property
    def _former_paths(self) -> Mapping[int, str]:
        return {pk: path for pk, path, _into, _to in self._heirs}

    @cached_property
    def _fates(self) -> Mapping[int, list[tuple[int, str]]]:
        """In what every unit that ended goes on: the heirs' ids and paths."""
        fates: dict[int, list[tuple[int, str]]] = {}
        for pk, _path, into, path in self._heirs:
            fates.setdefault(pk, []).append((into, path))
        return fates

    @cached_property
    def _heirs(self) -> list[tuple[int, str, int, str]]:
        return units.heirs()
