"""Who may see what; accounts, grants and roles as a viewer may know them."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from django.conf import settings
from django.db.models import Q, QuerySet

from giamsat.foundation.access.choices import Action
from giamsat.foundation.access.errors import AccountNotFound
from giamsat.foundation.access.lens import Lens
from giamsat.foundation.access.models import Account, Exclusion, Grant, LiveAt, SignIn
from giamsat.foundation.access.roles import Role, read_roles
from giamsat.foundation.access.rules import (
    SUPPRESSED,
    Row,
    Shown,
    hide_row,
    hide_small_cell,
    hide_small_cells,
    round_selection,
)
from giamsat.foundation.access.scope import Place, Reach, Scope

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

__all__ = [
    "SUPPRESSED",
    "Lens",
    "Row",
    "Scope",
    "Shown",
    "account",
    "accounts_for",
    "exclusions_of",
    "grants_for",
    "hide_row",
    "hide_small_cell",
    "hide_small_cells",
    "lens_for",
    "live_grants",
    "open_sign_ins",
    "roles",
    "round_selection",
    "scope_for",
    "units_visible_to",
]


def roles() -> dict[str, Role]:
    """The roles of definitions/roles.yaml by code, in the order of the file."""
    return _roles(settings.DEFINITIONS_DIR / "roles.yaml")


def scope_for(viewer: Account, *, at: datetime) -> Scope:
    """The one scope function: what this person may see and do at this instant. Every read starts here."""
    if not viewer.is_authenticated or not viewer.is_active:
        return Scope(account_id=None, own=None)
    known = roles()
    grants = live_grants(at).filter(account=viewer).select_related("unit").order_by("pk")
    excluded = Exclusion.objects.live_at(at).filter(account=viewer).select_related("unit").order_by("pk")
    return Scope(
        account_id=viewer.pk,
        own=viewer.unit,
        reaches=[_reach(grant, known[grant.role]) for grant in grants if grant.role in known],
        exclusions=[Place(each.unit.path, each.subtree) for each in excluded],
    )


def units_visible_to(viewer: Account, at: datetime) -> "QuerySet[Unit]":
    """Units whose reports the viewer may read in detail."""
    return scope_for(viewer, at=at).units_where(Action.REPORT_READ)


def lens_for(viewer: Account, at: datetime) -> Lens:
    """What every figure passes through on its way to this viewer."""
    return Lens(scope_for(viewer, at=at))


def live_grants(at: datetime) -> LiveAt:
    """Grants that hold at an instant; a substitute's only while the grant stood in for holds as well."""
    lent = Grant.objects.live_at(at).filter(account__is_active=True)
    return lent.filter(Q(substitute_of=None) | Q(substitute_of__in=lent.filter(substitute_of=None)))


def account(username: str) -> Account:
    """An account by its user name, for commands; pages use ``accounts_for``."""
    found = Account.objects.filter(username=username).select_related("unit").first()
    if found is None:
        raise AccountNotFound(username)
    return found


def accounts_for(viewer: Account, at: datetime) -> QuerySet[Account]:
    """Accounts whose home unit the viewer manages, in the order of their user names."""
    managed = scope_for(viewer, at=at).units_where(Action.ACCOUNT_MANAGE)
    return Account.objects.filter(unit__in=managed.order_by()).select_related("unit").order_by("username")


def grants_for(viewer: Account, holder: Account, at: datetime) -> QuerySet[Grant]:
    """Every grant of a person, past ones too, newest first: for themselves and for who manages them."""
    grants = (
        Grant.objects.filter(account=holder).select_related("unit", "given_by").order_by("-given_at", "-pk")
    )
    if viewer.pk == holder.pk or accounts_for(viewer, at).filter(pk=holder.pk).exists():
        return grants
    return grants.none()


def exclusions_of(holder: Account, at: datetime) -> QuerySet[Exclusion]:
    return Exclusion.objects.live_at(at).filter(account=holder).select_related("unit").order_by("pk")


def open_sign_ins(holder: Account) -> QuerySet[SignIn]:
    """Where this person is signed in now, newest first."""
    return SignIn.objects.filter(account=holder, ended_at=None).order_by("-started_at", "-pk")


@cache
def _roles(file: Path) -> dict[str, Role]:
    return read_roles(yaml.safe_load(file.read_text(encoding="utf-8")))


def _reach(grant: Grant, role: Role) -> Reach:
    return Reach(
        role=role,
        place=Place(grant.unit.path, grant.subtree),
        work_types=frozenset(grant.work_types),
        assignment=grant.assignment,
        ceiling=grant.ceiling,
    )
