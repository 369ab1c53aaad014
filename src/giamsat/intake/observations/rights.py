"""Who may do what to a report. The system itself (no account) acts for trusted commands and is not asked."""

from __future__ import annotations

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
    from giamsat.foundation.units.models import Unit


def actor_of(by: Actor | Account) -> Actor:
    """The person as the rooms below know people."""
    return by if isinstance(by, Actor) else by.actor()


def require(by: Actor | Account, action: str, unit: Unit, *, at: datetime) -> Actor:
    """The actor, if their grants allow the action for that unit at that instant; refused otherwise."""
    actor = actor_of(by)
    if actor.id is not None:
        account = get_user_model().objects.get(pk=actor.id) if isinstance(by, Actor) else by
        access.scope_for(account, at=at).require(action, unit)
    return actor


def compilable(by: Actor | Account, *, at: datetime) -> frozenset[int] | None:
    """The units for which the actor compiles; None for the system itself, which is not asked."""
    actor = actor_of(by)
    if actor.id is None:
        return None
    account = get_user_model().objects.get(pk=actor.id) if isinstance(by, Actor) else by
    compiled = access.scope_for(account, at=at).units_where("report.compile")
    return frozenset(compiled.order_by().values_list("pk", flat=True))


def require_acceptance(by: Actor | Account, report: Report, *, at: datetime) -> Actor:
    """Accepting and returning belong to the unit directly above, and to other eyes than compiled it."""
    actor = require(by, "report.accept", report.unit, at=at)
    if actor.id is None:
        return actor
    version = report.current
    if actor.id in {report.submitted_by_id, version.recorded_by_id if version else None}:
        raise FourEyes(actor.name)
    account = get_user_model().objects.select_related("unit").get(pk=actor.id)
    superior = units.direct_superior(report.unit)
    if superior is not None and account.unit_id != superior.pk:
        raise NotDirectSuperior(superior.name_vi)
    return actor
