"""The person looking: what they may see and do, found once a request, at one instant."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from giamsat.foundation.access import queries as access
from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.units import queries as units
from giamsat.lib import clock
from giamsat.lib.actors import Actor


@dataclass
class Viewer:
    """Who asks, when, and the scope from which every page starts."""

    account: Any
    at: datetime
    scope: access.Scope
    language: str

    @property
    def today(self) -> date:
        return clock.day_of(self.at)

    def now(self) -> "Viewer":
        """The same person with the same rights, looking again."""
        return replace(self, at=clock.now())

    @property
    def actor(self) -> Actor:
        return self.account.actor()

    def may(self, action: str, unit: Any) -> bool:
        return self.scope.may(action, unit)

    def require(self, action: str, unit: Any) -> None:
        """Refuse in words unless this person may do that for that unit."""
        self.scope.require(action, unit)

    def require_anywhere(self, action: str) -> None:
        """Refuse in words a person whose grants nowhere allow that."""
        if not self.scope.may_anywhere(action):
            raise NotAllowed(action, self.account.unit or units.centre())

    def unit_ids_for(self, action: str) -> set[int] | None:
        """The units about which they may do that; None for every unit there is."""
        if self.sees_every_unit(action):
            return None
        return set(self.scope.units_where(action).order_by().values_list("pk", flat=True))

    def sees_every_unit(self, action: str) -> bool:
        mine = self.scope.units_where(action).order_by().values("pk")
        return not units.all_units().exclude(pk__in=mine).order_by().exists()

    @cached_property
    def lens(self) -> access.Lens:
        """What every figure passes through before it is shown."""
        return access.Lens(self.scope)


def language() -> str:
    """What the reader of the page reads."""
    return (get_language() or "vi")[:2]


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of a request; asked twice, found once."""
    known = getattr(request, "_viewer", None)
    if known is None:
        at = clock.now()
        account: Any = request.user
        known = Viewer(account, at, access.scope_for(account, at=at), language())
        request._viewer = known  # type: ignore[attr-defined]
    return known
