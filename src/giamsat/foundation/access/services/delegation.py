"""What an account manager may do to whom: nothing outside their subtree, nothing above themselves."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from giamsat.foundation.access import queries
from giamsat.foundation.access.choices import Action, Classification
from giamsat.foundation.access.errors import (
    AccountNotFound,
    CeilingAboveDeployment,
    MoreThanYours,
    NotToYourself,
    OutsideYourSubtree,
    OwnAccount,
    ReasonMissing,
    RoleBelongsToTheCentre,
    RoleNotYours,
    RoleStandsAlone,
    UnknownRole,
)
from giamsat.foundation.access.models import Account, Grant
from giamsat.foundation.units import queries as units
from giamsat.lib import clock
from giamsat.lib.actors import Actor

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from giamsat.foundation.units.models import Unit

COMMAND_LINE = Actor.system("command line")


def actor_of(by: Account | None) -> Actor:
    return by.actor() if by else COMMAND_LINE


def subject_of(account: Account) -> str:
    return f"account:{account.pk}"


def require_reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def require_role(role: str, unit: "Unit") -> None:
    """The role exists and may be held over this unit, and nothing reaches above the installation's ceiling."""
    known = queries.roles().get(role)
    if known is None:
        raise UnknownRole(role)
    if known.central_only and not unit.is_centre:
        raise RoleBelongsToTheCentre(known, unit)


def require_apart(account: Account, role: str, *, valid_from: date, valid_to: date | None) -> None:
    """Administration and audit are held alone: no other role on the same days, whoever gives it."""
    roles = queries.roles()
    for grant in overlapping(account, valid_from=valid_from, valid_to=valid_to):
        held = roles.get(grant.role)
        if held and held.code != role and (held.alone or roles[role].alone):
            raise RoleStandsAlone(roles[role], held)


def overlapping(account: Account, *, valid_from: date, valid_to: date | None) -> "QuerySet[Grant]":
    """Grants of an account that were not withdrawn and hold on some of those days."""
    grants = Grant.objects.filter(account=account, withdrawn_at=None).order_by("pk")
    if valid_to is not None:
        grants = grants.filter(valid_from__lt=valid_to)
    return grants.exclude(valid_to__isnull=False, valid_to__lte=valid_from)


def require_ceiling(ceiling: int) -> None:
    deployment = settings.CLASSIFICATION_CEILING
    if ceiling > deployment:
        raise CeilingAboveDeployment(
            str(Classification(ceiling).label), str(Classification(deployment).label)
        )


class Authority:
    """What one manager may do to accounts at one instant, looked up once; the command line (``by`` None) may all."""

    def __init__(self, by: Account | None, at: datetime) -> None:
        self.by, self.at = by, at

    def manages(self, unit: "Unit") -> bool:
        return self._scope is None or self._scope.may(Action.ACCOUNT_MANAGE, unit)

    def require_finds(self, account: Account) -> None:
        """An account of a unit elsewhere is answered as if it did not exist."""
        if self.by and (account.unit is None or not self.manages(account.unit)):
            raise AccountNotFound(account.username)

    def require_manages(self, account: Account) -> None:
        """Home unit and every right of the account lie within what this manager gives.

        Otherwise resetting a password would be a way to take over somebody more powerful. Rights that begin later
        count, and those of a closed account, which come back when it is opened again.
        """
        if self.by is None:
            return
        if self.by.pk == account.pk:
            raise OwnAccount
        self.require_finds(account)
        held = overlapping(account, valid_from=clock.day_of(self.at), valid_to=None)
        for grant in held.filter(role__in=queries.roles()).select_related("unit"):
            self.require_gives(grant.role, grant.unit)

    def require_may_give(self, account: Account, grant: Grant) -> None:
        """At most what they have: roles their role gives, inside their subtree, no wider, no longer.

        One right of theirs must hold all of it: the breadth of one and the end of another are not a third.
        """
        if self.by is None:
            return
        if self.by.pk == account.pk:
            raise NotToYourself
        own = self.require_gives(grant.role, grant.unit)
        own = _those(own, lambda each: each.subtree or not grant.subtree, _("everything below the unit"))
        own = _those(own, lambda each: each.ceiling >= grant.ceiling, _("classification"))
        own = _those(own, lambda each: _lasts(each.valid_to, grant.valid_to), _("the last day"))
        _those(own, lambda each: _covers(each.work_types, grant.work_types), _("kinds of work"))
        self.require_finds(account)

    def require_gives(self, role: str, unit: "Unit") -> list[Grant]:
        """The manager's own grants by which they may give this role over this unit."""
        if not self.manages(unit):
            raise OutsideYourSubtree(unit)
        known = queries.roles()
        own = [
            grant
            for grant in self._grants
            if _is_inside(unit, grant) and (held := known.get(grant.role)) and role in held.gives
        ]
        if not own:
            raise RoleNotYours(known[role]) if role in known else UnknownRole(role)
        return own

    @cached_property
    def _scope(self) -> queries.Scope | None:
        return queries.scope_for(self.by, at=self.at) if self.by else None

    @cached_property
    def _grants(self) -> list[Grant]:
        own = queries.live_grants(self.at).filter(account=self.by)
        return list(own.select_related("unit").order_by("pk"))


def _those(own: list[Grant], holds: Callable[[Grant], bool], what: str) -> list[Grant]:
    """The manager's rights that hold this as well; refused when none does."""
    left = [grant for grant in own if holds(grant)]
    if not left:
        raise MoreThanYours(what)
    return left


def _is_inside(unit: "Unit", grant: Grant) -> bool:
    over = units.went_into(grant.unit)
    return unit.path == over.path or (grant.subtree and unit.path.startswith(over.path))


def _lasts(own: date | None, wanted: date | None) -> bool:
    return own is None or (wanted is not None and wanted <= own)


def _covers(own: Collection[str], wanted: Collection[str]) -> bool:
    return not own or (bool(wanted) and set(wanted) <= set(own))
