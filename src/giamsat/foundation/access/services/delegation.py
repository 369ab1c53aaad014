"""What an account manager may do to whom: nothing outside their subtree, nothing above themselves."""

from collections.abc import Collection
from datetime import date, datetime
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
    if known.central_only and unit.depth > 1:
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


def manages(by: Account, unit: "Unit", *, at: datetime) -> bool:
    """Accounts themselves are no classified matter: any ceiling will do."""
    return queries.scope_for(by, at=at).may(Action.ACCOUNT_MANAGE, unit, classification=Classification.PUBLIC)


def require_manages(by: Account | None, account: Account, *, at: datetime) -> None:
    """Home unit and every right of the account lie within what this manager gives; the command line may all.

    Otherwise resetting a password would be a way to take over somebody more powerful. Rights that begin later count,
    and those of a closed account, which come back when it is opened again.
    """
    if by is None:
        return
    if by.pk == account.pk:
        raise OwnAccount
    require_finds(by, account, at=at)
    held = overlapping(account, valid_from=at.astimezone(clock.HOME_ZONE).date(), valid_to=None)
    for grant in held.select_related("unit"):
        require_gives(by, grant.role, grant.unit, at=at)


def require_finds(by: Account, account: Account, *, at: datetime) -> None:
    """An account of a unit elsewhere is answered as if it did not exist."""
    if account.unit is None or not manages(by, account.unit, at=at):
        raise AccountNotFound(account.username)


def require_may_give(by: Account | None, account: Account, grant: Grant, *, at: datetime) -> None:
    """A manager gives at most what they have: roles their role gives, inside their subtree, no wider, no longer."""
    if by is None:
        return
    if by.pk == account.pk:
        raise NotToYourself
    own = require_gives(by, grant.role, grant.unit, at=at)
    if grant.subtree and not any(each.subtree for each in own):
        raise MoreThanYours(_("everything below the unit"))
    if grant.ceiling > max(each.ceiling for each in own):
        raise MoreThanYours(_("classification"))
    if not any(_lasts(each.valid_to, grant.valid_to) for each in own):
        raise MoreThanYours(_("the last day"))
    if not any(_covers(each.work_types, grant.work_types) for each in own):
        raise MoreThanYours(_("kinds of work"))
    require_finds(by, account, at=at)


def require_gives(by: Account, role: str, unit: "Unit", *, at: datetime) -> list[Grant]:
    """The manager's own grants by which they may give this role over this unit."""
    if not manages(by, unit, at=at):
        raise OutsideYourSubtree(unit)
    known = queries.roles()
    own = [
        grant
        for grant in queries.live_grants(at).filter(account=by).select_related("unit").order_by("pk")
        if _is_inside(unit, grant) and role in known[grant.role].gives
    ]
    if not own:
        raise RoleNotYours(known[role])
    return own


def _is_inside(unit: "Unit", grant: Grant) -> bool:
    return unit.path == grant.unit.path or (grant.subtree and unit.path.startswith(grant.unit.path))


def _lasts(own: date | None, wanted: date | None) -> bool:
    return own is None or (wanted is not None and wanted <= own)


def _covers(own: Collection[str], wanted: Collection[str]) -> bool:
    return not own or (bool(wanted) and set(wanted) <= set(own))
