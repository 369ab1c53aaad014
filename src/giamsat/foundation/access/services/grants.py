"""Giving and withdrawing rights. Nothing is deleted: a grant ends by its date or by a dated withdrawal."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from giamsat.foundation.access import queries
from giamsat.foundation.access.choices import Classification
from giamsat.foundation.access.errors import (
    AccountClosed,
    AlreadyHeld,
    AlreadyWithdrawn,
    DatesOutOfOrder,
    NotToYourself,
)
from giamsat.foundation.access.events import AccessChanged
from giamsat.foundation.access.models import Account, Exclusion, Grant
from giamsat.foundation.access.services.delegation import (
    Authority,
    actor_of,
    overlapping,
    require_apart,
    require_ceiling,
    require_reason,
    require_role,
    subject_of,
)
from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit


@transaction.atomic
def give_grant(
    account: Account,
    *,
    role: str,
    unit: "Unit",
    subtree: bool,
    valid_from: date,
    valid_to: date | None = None,
    work_types: Sequence[str] = (),
    assignment: str = "",
    ceiling: int = Classification.INTERNAL,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Grant:
    """Give a role over a unit. A manager gives at most what they have, never to themselves."""
    grant = Grant(
        account=account, role=role, unit=unit, subtree=subtree, valid_from=valid_from, valid_to=valid_to,
        work_types=list(work_types), assignment=assignment, ceiling=ceiling, reason=reason,
    )  # fmt: skip
    return enter_grant(grant, under=Authority(by, at))


def enter_grant(grant: Grant, *, under: Authority) -> Grant:
    """The same for a grant not yet kept, under an authority that is looked up once for many."""
    account, unit = grant.account, grant.unit
    grant.reason = require_reason(grant.reason)
    require_role(grant.role, unit)
    require_ceiling(grant.ceiling)
    require_order(grant.valid_from, grant.valid_to)
    require_open(account)
    under.require_may_give(account, grant)
    require_apart(account, grant.role, valid_from=grant.valid_from, valid_to=grant.valid_to)
    _require_not_held(grant)
    grant.given_by, grant.given_at = under.by, under.at
    grant.save()
    tell("grant.given", account, unit, by=under.by, at=under.at, facts=facts_of(grant))
    return grant


@transaction.atomic
def withdraw_grant(grant: Grant, *, reason: str, by: Account | None, at: datetime) -> Grant:
    """End a grant at once; substitutes who stood in on it lose it with its holder.

    The holder may lay it down, whoever lent it may take it back, and so may who could give it.
    """
    reason = require_reason(reason)
    grant = (
        Grant.objects.select_for_update(of=("self",))
        .select_related("unit", "account", "substitute_of")
        .get(pk=grant.pk)
    )
    if grant.withdrawn_at:
        raise AlreadyWithdrawn(grant.withdrawn_at)
    lender_id = grant.substitute_of.account_id if grant.substitute_of else None
    if by and by.pk not in (grant.account_id, lender_id):
        Authority(by, at).require_gives(grant.role, grant.unit)
    grant.withdrawn_at, grant.withdrawn_by = at, by
    grant.save(update_fields=["withdrawn_at", "withdrawn_by"])
    facts = {**facts_of(grant), "reason": reason}
    tell("grant.withdrawn", grant.account, grant.unit, by=by, at=at, facts=facts)
    for substitute in Grant.objects.filter(substitute_of=grant).order_by("pk"):
        outbox.announce(AccessChanged(substitute.account_id))
    return grant


@transaction.atomic
def exclude(
    account: Account,
    *,
    unit: "Unit",
    subtree: bool = True,
    valid_from: date,
    valid_to: date | None = None,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Exclusion:
    """Note a conflict of interest: from then on this person sees and does nothing about that unit."""
    reason = require_reason(reason)
    require_order(valid_from, valid_to)
    Authority(by, at).require_manages(account)
    exclusion = Exclusion.objects.create(
        account=account, unit=unit, subtree=subtree, valid_from=valid_from, valid_to=valid_to, reason=reason,
        given_by=by, given_at=at,
    )  # fmt: skip
    facts = {"subtree": subtree, "valid_from": valid_from, "valid_to": valid_to, "reason": reason}
    tell("exclusion.noted", account, unit, by=by, at=at, facts=facts)
    return exclusion


@transaction.atomic
def lift_exclusion(exclusion: Exclusion, *, reason: str, by: Account | None, at: datetime) -> Exclusion:
    """The conflict of interest is over; the person it concerns cannot say so."""
    reason = require_reason(reason)
    exclusion = (
        Exclusion.objects.select_for_update(of=("self",))
        .select_related("unit", "account")
        .get(pk=exclusion.pk)
    )
    if exclusion.withdrawn_at:
        raise AlreadyWithdrawn(exclusion.withdrawn_at)
    if by and by.pk == exclusion.account_id:
        raise NotToYourself
    Authority(by, at).require_manages(exclusion.account)
    exclusion.withdrawn_at, exclusion.withdrawn_by = at, by
    exclusion.save(update_fields=["withdrawn_at", "withdrawn_by"])
    tell("exclusion.lifted", exclusion.account, exclusion.unit, by=by, at=at, facts={"reason": reason})
    return exclusion


def _require_not_held(grant: Grant) -> None:
    """The same right twice would outlive its withdrawal; a double click gives it once."""
    held = overlapping(grant.account, valid_from=grant.valid_from, valid_to=grant.valid_to)
    same = held.filter(
        role=grant.role, unit=grant.unit, subtree=grant.subtree, assignment=grant.assignment,
        work_types=grant.work_types, ceiling=grant.ceiling, substitute_of=None,
    )  # fmt: skip
    if same.exists():
        raise AlreadyHeld(queries.roles()[grant.role], grant.unit)


def require_order(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise DatesOutOfOrder(valid_from, valid_to)


def require_open(account: Account) -> None:
    if not account.is_active:
        raise AccountClosed(account.username)


def facts_of(grant: Grant) -> dict[str, object]:
    return {
        "role": grant.role,
        "subtree": grant.subtree,
        "work_types": grant.work_types,
        "assignment": grant.assignment,
        "ceiling": grant.ceiling,
        "valid_from": grant.valid_from,
        "valid_to": grant.valid_to,
        "reason": grant.reason,
    }


def tell(
    verb: str, account: Account, unit: "Unit", *, by: Account | None, at: datetime, facts: dict[str, object]
) -> None:
    audit.record(
        verb,
        subject=subject_of(account),
        by=actor_of(by),
        at=at,
        unit_id=unit.pk,
        facts={**facts, "unit": unit.key},
    )
    outbox.announce(AccessChanged(account.pk))
