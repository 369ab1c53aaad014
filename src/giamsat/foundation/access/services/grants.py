"""Giving and withdrawing rights. Nothing is deleted: a grant ends by its date or by a dated withdrawal."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from giamsat.foundation.access import queries
from giamsat.foundation.access.choices import Classification
from giamsat.foundation.access.errors import (
    AccountClosed,
    AlreadyWithdrawn,
    DatesOutOfOrder,
    NothingToLend,
    NotToYourself,
    SubstituteFromElsewhere,
    SubstituteNeedsAnEnd,
)
from giamsat.foundation.access.events import AccessChanged
from giamsat.foundation.access.models import Account, Exclusion, Grant
from giamsat.foundation.access.services.delegation import (
    actor_of,
    require_ceiling,
    require_gives,
    require_manages,
    require_may_give,
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
    reason = require_reason(reason)
    require_role(role, unit)
    require_ceiling(ceiling)
    _require_order(valid_from, valid_to)
    _require_open(account)
    grant = Grant(
        account=account, role=role, unit=unit, subtree=subtree, valid_from=valid_from, valid_to=valid_to,
        work_types=list(work_types), assignment=assignment, ceiling=ceiling, reason=reason, given_by=by, given_at=at,
    )  # fmt: skip
    require_may_give(by, account, grant, at=at)
    grant.save()
    _tell("grant.given", account, unit, by=by, at=at, facts=_facts(grant))
    return grant


@transaction.atomic
def withdraw_grant(grant: Grant, *, reason: str, by: Account | None, at: datetime) -> Grant:
    """End a grant at once; substitutes who stood in on it lose it with its holder."""
    reason = require_reason(reason)
    grant = Grant.objects.select_for_update(of=("self",)).select_related("unit", "account").get(pk=grant.pk)
    if grant.withdrawn_at:
        raise AlreadyWithdrawn(grant.withdrawn_at)
    if by and by.pk != grant.account_id:
        require_gives(by, grant.role, grant.unit, at=at)
    grant.withdrawn_at, grant.withdrawn_by = at, by
    grant.save(update_fields=["withdrawn_at", "withdrawn_by"])
    facts = {**_facts(grant), "reason": reason}
    _tell("grant.withdrawn", grant.account, grant.unit, by=by, at=at, facts=facts)
    for substitute in Grant.objects.filter(substitute_of=grant).order_by("pk"):
        outbox.announce(AccessChanged(substitute.account_id))
    return grant


@transaction.atomic
def name_substitute(
    principal: Account,
    substitute: Account,
    *,
    valid_from: date,
    valid_to: date | None,
    reason: str,
    by: Account | None,
    at: datetime,
) -> list[Grant]:
    """Lend every lendable right of a person to a colleague of the same unit, for the days of an absence.

    The person may do it, or who manages their account. Rights to administer and to audit are not lent, nor lent on.
    """
    reason = require_reason(reason)
    if valid_to is None:
        raise SubstituteNeedsAnEnd
    _require_order(valid_from, valid_to)
    _require_open(substitute)
    if substitute.pk == principal.pk or (by and by.pk == substitute.pk):
        raise NotToYourself
    if substitute.unit_id != principal.unit_id:
        raise SubstituteFromElsewhere(substitute.username, principal.unit)
    if by is None or by.pk != principal.pk:
        require_manages(by, principal, at=at)
    lent = [
        _lend(grant, substitute, valid_from=valid_from, valid_to=valid_to, reason=reason, by=by, at=at)
        for grant in _lendable(principal, valid_from)
    ]
    if not lent:
        raise NothingToLend(principal.username)
    for grant in lent:
        facts = {**_facts(grant), "substitute_for": subject_of(principal)}
        _tell("grant.lent", substitute, grant.unit, by=by, at=at, facts=facts)
    return lent


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
    _require_order(valid_from, valid_to)
    require_manages(by, account, at=at)
    exclusion = Exclusion.objects.create(
        account=account, unit=unit, subtree=subtree, valid_from=valid_from, valid_to=valid_to, reason=reason,
        given_by=by, given_at=at,
    )  # fmt: skip
    facts = {"subtree": subtree, "valid_from": valid_from, "valid_to": valid_to, "reason": reason}
    _tell("exclusion.noted", account, unit, by=by, at=at, facts=facts)
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
    require_manages(by, exclusion.account, at=at)
    exclusion.withdrawn_at, exclusion.withdrawn_by = at, by
    exclusion.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _tell("exclusion.lifted", exclusion.account, exclusion.unit, by=by, at=at, facts={"reason": reason})
    return exclusion


def _lendable(principal: Account, valid_from: date) -> list[Grant]:
    roles = queries.roles()
    own = Grant.objects.filter(account=principal, substitute_of=None, withdrawn_at=None).exclude(
        valid_to__isnull=False, valid_to__lte=valid_from
    )
    return [grant for grant in own.select_related("unit").order_by("pk") if roles[grant.role].lends]


def _lend(
    grant: Grant,
    substitute: Account,
    *,
    valid_from: date,
    valid_to: date,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Grant:
    return Grant.objects.create(
        account=substitute, role=grant.role, unit=grant.unit, subtree=grant.subtree, work_types=grant.work_types,
        assignment=grant.assignment, ceiling=grant.ceiling, valid_from=valid_from,
        valid_to=min(valid_to, grant.valid_to) if grant.valid_to else valid_to,
        substitute_of=grant, reason=reason, given_by=by, given_at=at,
    )  # fmt: skip


def _require_order(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise DatesOutOfOrder(valid_from, valid_to)


def _require_open(account: Account) -> None:
    if not account.is_active:
        raise AccountClosed(account.username)


def _facts(grant: Grant) -> dict[str, object]:
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


def _tell(
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
