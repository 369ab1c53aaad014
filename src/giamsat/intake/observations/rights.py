"""Who may do what to a report. The system itself (no account) acts for trusted commands and is not asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from giamsat.foundation.access import queries as access
from giamsat.foundation.units import queries as units
from giamsat.intake.observations.errors import FourEyes, NotDirectSuperior
from giamsat.intake.observations.models import Report
from giamsat.lib.actors import Actor

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.access.queries import Scope
    from giamsat.foundation.units.models import Unit


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts, and what they may at this instant: asked once for all reports of one step. The system has no scope."""

    actor: Actor
    scope: Scope | None

    def require(self, action: str, unit: Unit) -> None:
        """Their grants allow the action for that unit; refused otherwise."""
        if self.scope is not None:
            self.scope.require(action, unit)

    def require_acceptance(self, report: Report) -> None:
        """Accepting and returning belong to the unit directly above, and to other eyes than compiled it."""
        if self.scope is None:
            return
        self.scope.require("report.accept", report.unit)
        version = report.current
        if self.actor.id in {report.submitted_by_id, version.recorded_by_id if version else None}:
            raise FourEyes(self.actor.name)
        self._require_directly_above(report.unit)

    def require_decision(self, unit: Unit) -> None:
        """Deciding about a unit's reports, before there is one, belongs to the unit directly above."""
        if self.scope is not None:
            self.scope.require("report.accept", unit)
            self._require_directly_above(unit)

    def _require_directly_above(self, unit: Unit) -> None:
        if self.scope is None or self.scope.is_direct_superior_of(unit):
            return
        superior = units.direct_superior(unit)
        if superior is not None:
            raise NotDirectSuperior(superior.name_vi)


def actor_of(by: Actor | Account) -> Actor:
    """The person as the rooms below know people."""
    return by if isinstance(by, Actor) else by.actor()


def person(by: Actor | Account, *, at: datetime) -> Person:
    """The person with what they may at that instant."""
    actor = actor_of(by)
    if actor.id is None:
        return Person(actor, None)
    account = get_user_model().objects.get(pk=actor.id) if isinstance(by, Actor) else by
    return Person(actor, access.scope_for(account, at=at))


def require(by: Actor | Account, action: str, unit: Unit, *, at: datetime) -> Actor:
    """The actor, if their grants allow the action for that unit at that instant; refused otherwise."""
    asking = person(by, at=at)
    asking.require(action, unit)
    return asking.actor


def require_acceptance(by: Actor | Account, report: Report, *, at: datetime) -> Actor:
    """The actor, if this report is theirs to accept or to return at that instant; refused otherwise."""
    asking = person(by, at=at)
    asking.require_acceptance(report)
    return asking.actor


def compilable(by: Actor | Account, *, at: datetime) -> frozenset[int] | None:
    """The units for which the actor compiles; None for the system itself, which is not asked."""
    scope = person(by, at=at).scope
    if scope is None:
        return None
    compiled = scope.units_where("report.compile")
    return frozenset(compiled.order_by().values_list("pk", flat=True))
