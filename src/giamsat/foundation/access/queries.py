"""Who may see what; accounts, grants and roles as a viewer may know them."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Exists, Func, Max, OuterRef, Q, QuerySet, TextField, aggregates
from django.utils import timezone

from giamsat.foundation.access.choices import Action, Standing
from giamsat.foundation.access.elimination import Group, Sum
from giamsat.foundation.access.errors import AccountNotFound
from giamsat.foundation.access.lens import Lens
from giamsat.foundation.access.models import Account, Exclusion, Grant, LiveAt, SignIn
from giamsat.foundation.access.roles import Role, read_roles
from giamsat.foundation.access.rules import (
    FEWEST_PERSONS,
    FEWEST_UNITS,
    HIDDEN_PEER,
    SUPPRESSED,
    Shown,
    hide_small_cell,
    is_small,
    round_selection,
)
from giamsat.foundation.access.scope import Place, Reach, Scope
from giamsat.foundation.access.suppression import FAR, Hiding, Table, distance_from, hide
from giamsat.foundation.units import queries as units
from giamsat.lib.text import fold

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

__all__ = [
    "FAR",
    "FEWEST_PERSONS",
    "FEWEST_UNITS",
    "HIDDEN_PEER",
    "SUPPRESSED",
    "Group",
    "Hiding",
    "Lens",
    "Scope",
    "Shown",
    "SignInState",
    "Sum",
    "Table",
    "account",
    "accounts_for",
    "accounts_matching",
    "colleagues_of",
    "distance_from",
    "exclusions_of",
    "grants_of",
    "hide",
    "hide_small_cell",
    "home_of",
    "is_small",
    "lent_by",
    "live_grants",
    "one_scope",
    "open_sign_ins",
    "roles",
    "roles_given_by",
    "round_selection",
    "scope_for",
    "sign_in_states",
    "units_visible_to",
]

# What a reach is made of.
REACH = ("role", "unit", "unit__path", "unit__valid_to", "subtree", "work_types", "assignment", "ceiling")
_found: ContextVar[dict[tuple[int | None, datetime], Scope] | None] = ContextVar("found", default=None)


def roles() -> dict[str, Role]:
    """The roles of definitions/roles.yaml by code, in the order of the file."""
    return _roles(settings.DEFINITIONS_DIR / "roles.yaml")


def scope_for(viewer: Account, *, at: datetime) -> Scope:
    """The one scope function: what this person may see and do at this instant. Every read starts here."""
    if not viewer.is_authenticated or not viewer.is_active:
        return Scope(account_id=None, own=None)
    found = _found.get()
    if found is None:
        return _scope(viewer, at)
    if (viewer.pk, at) not in found:
        found.clear()  # whoever listens for long asks at many instants
        found[viewer.pk, at] = _scope(viewer, at)
    return found[viewer.pk, at]


@contextmanager
def one_scope() -> Iterator[None]:
    """Inside, what a person may at one instant is found once. For reading only: an act changes rights, or waits."""
    found = _found.get()
    token = _found.set({} if found is None else found)
    try:
        yield
    finally:
        _found.reset(token)


def _scope(viewer: Account, at: datetime) -> Scope:
    known = roles()
    excluded = Exclusion.objects.live_at(at).filter(account=viewer).order_by("pk")
    held = [grant for grant in _held_by(viewer, at) if grant["role"] in known]
    conflicts = list(excluded.values("unit", "unit__path", "unit__valid_to", "subtree"))
    onward = _going_on(held, units.heirs)
    barred = _going_on(conflicts, units.ways)
    return Scope(
        account_id=viewer.pk,
        own=home_of(viewer),
        reaches=[
            _reach(grant, known[grant["role"]], path)
            for grant in held
            for path in (grant["unit__path"], *onward.get(grant["unit"], ()))
        ],
        exclusions=[
            Place(path, each["subtree"])
            for each in conflicts
            for path in (each["unit__path"], *barred.get(each["unit"], ()))
        ],
    )


def home_of(account: Account) -> "Unit | None":
    """Where a person works: the unit of their account, or the one in which that goes on."""
    return units.went_into(account.unit) if account.unit else None


def _going_on(
    over: list[dict[str, Any]], asked: Callable[[], list[tuple[int, str, int, str]]]
) -> dict[int, list[str]]:
    """Of closed units over which there is something, the paths of those in which it goes on, by the ways ``asked``.

    A right goes on in the heir alone; a conflict of interest in every part.
    """
    closed = {each["unit"] for each in over if each["unit__valid_to"] is not None}
    if not closed:
        return {}
    ways: dict[int, list[tuple[int, str]]] = {}
    for pk, _from, into, path in asked():
        ways.setdefault(pk, []).append((into, path))
    onward: dict[int, list[str]] = {}
    for pk in closed:
        reached = list(ways.get(pk, ()))
        for into, _path in reached:  # grows as it is read
            reached += ways.get(into, ())
        onward[pk] = [path for _into, path in reached]
    return onward


def _held_by(viewer: Account, at: datetime) -> list[dict[str, Any]]:
    """``live_grants`` of one person, asked for at every door: of principals only where one is a substitute."""
    grants = Grant.objects.live_at(at).filter(account=viewer, account__is_active=True).order_by("pk")
    held = list(grants.values(*REACH, "substitute_of"))
    lent = {grant["substitute_of"] for grant in held} - {None}
    principals = live_grants(at).filter(pk__in=lent, substitute_of=None) if lent else Grant.objects.none()
    still = {None, *principals.values_list("pk", flat=True)}
    return [grant for grant in held if grant["substitute_of"] in still]


def units_visible_to(viewer: Account, at: datetime) -> "QuerySet[Unit]":
    """Units whose reports the viewer may read in detail."""
    return scope_for(viewer, at=at).units_where(Action.REPORT_READ)


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


class Bare(Func):
    """Text without accents and in small letters, as ``lib.text.fold`` has it."""

    template = (
        "lower(regexp_replace(normalize(translate(%(expressions)s, 'đĐ', 'dd'), NFD),"
        " '[\u0300-\u036f]', '', 'g'))"
    )
    output_field = TextField()


def accounts_matching(
    viewer: Account,
    at: datetime,
    *,
    text: str = "",
    unit: "Unit | None" = None,
    role: str = "",
    standing: str = "",
) -> QuerySet[Account]:
    """Accounts the viewer manages, narrowed: words of the name in any spelling, a unit with all below it, a role
    held now, how the account stands."""
    found = accounts_for(viewer, at).alias(bare=Bare("display_name"))
    for word in fold(text).split():
        found = found.filter(Q(username__contains=word) | Q(bare__contains=word))
    if unit is not None:
        found = found.filter(unit__path__startswith=unit.path)
    held = live_grants(at).filter(account=OuterRef("pk")).order_by()
    if role:
        found = found.filter(Exists(held.filter(role=role)))
    if standing == Standing.CLOSED:
        return found.filter(is_active=False)
    found = found.filter(is_active=True) if standing else found
    if standing == Standing.LOCKED:
        return found.filter(username__in=_locked_usernames())
    if standing == Standing.NEW:
        return found.filter(must_change_password=True)
    if standing == Standing.WITHOUT_RIGHTS:
        return found.filter(~Exists(held))
    return found


@dataclass(slots=True)
class SignInState:
    """How an account stands at the door."""

    locked: bool = False
    last_at: datetime | None = None
    sessions: int = 0
    grants: list[Grant] = field(default_factory=list)


def sign_in_states(accounts: Collection[Account], at: datetime) -> dict[int, SignInState]:
    """Of each account: locked now, when last signed in, sessions open, rights that hold. Three questions for all."""
    states = {account.pk: SignInState() for account in accounts}
    locked = set(_locked_usernames([account.username for account in accounts]))
    for account in accounts:
        states[account.pk].locked = account.username in locked
    sign_ins = SignIn.objects.filter(account__in=states).order_by().values("account_id")
    open_now = Count("pk", filter=Q(ended_at=None))
    for row in sign_ins.annotate(last_at=Max("started_at"), sessions=open_now):
        states[row["account_id"]].last_at = row["last_at"]
        states[row["account_id"]].sessions = row["sessions"]
    held = live_grants(at).filter(account__in=states).select_related("unit", "substitute_of")
    for grant in held.order_by("pk"):
        states[grant.account_id].grants.append(grant)
    return states


def roles_given_by(viewer: Account, at: datetime) -> list[Role]:
    """The roles this person may give to others, somewhere, in the order of the file."""
    known = roles()
    own = live_grants(at).filter(account=viewer).order_by().values_list("role", flat=True).distinct()
    given = frozenset().union(*(known[role].gives for role in own if role in known))
    return [role for role in known.values() if role.code in given]


def colleagues_of(account: Account) -> QuerySet[Account]:
    """Who works at the same unit and may sign in: whom one may name as a substitute."""
    home = home_of(account)
    return (
        Account.objects.filter(unit__in=units.came_into(home) if home else (), is_active=True)
        .exclude(pk=account.pk)
        .order_by("username")
    )


def lent_by(principal: Account) -> QuerySet[Grant]:
    """Rights this person's substitutes have or had, newest first."""
    lent = Grant.objects.filter(substitute_of__account=principal)
    return lent.select_related("unit", "account", "given_by").order_by("-given_at", "-pk")


def grants_of(holder: Account) -> QuerySet[Grant]:
    """Every grant of a person the caller has already found, newest first."""
    grants = Grant.objects.filter(account=holder).order_by("-given_at", "-pk")
    return grants.select_related("unit", "given_by", "withdrawn_by", "substitute_of__account")


def exclusions_of(holder: Account) -> QuerySet[Exclusion]:
    """Every conflict of interest of a person the caller has already found, newest first."""
    noted = Exclusion.objects.filter(account=holder).order_by("-given_at", "-pk")
    return noted.select_related("unit", "given_by")


def open_sign_ins(holder: Account) -> QuerySet[SignIn]:
    """Where this person is signed in now, newest first."""
    return SignIn.objects.filter(account=holder, ended_at=None).order_by("-started_at", "-pk")


def _locked_usernames(among: Collection[str] | None = None) -> QuerySet[AccessAttempt, str]:
    """Names with too many failed tries, as the lock itself counts: by the real clock, whatever day is practised."""
    tries = AccessAttempt.objects.filter(attempt_time__gt=timezone.now() - get_cool_off())
    if among is not None:
        tries = tries.filter(username__in=among)
    counted = tries.order_by().values("username").annotate(failures=aggregates.Sum("failures_since_start"))
    return counted.filter(failures__gte=settings.AXES_FAILURE_LIMIT).values_list("username", flat=True)


@cache
def _roles(file: Path) -> dict[str, Role]:
    return read_roles(yaml.safe_load(file.read_text(encoding="utf-8")))


def _reach(grant: dict[str, Any], role: Role, path: str) -> Reach:
    return Reach(
        role=role,
        place=Place(path, grant["subtree"]),
        work_types=frozenset(grant["work_types"]),
        assignment=grant["assignment"],
        ceiling=grant["ceiling"],
    )
