"""Substitutes: what a person may do, lent to a colleague for the days of an absence, and taken back."""

from datetime import date, datetime, timedelta

from django.db import transaction

from giamsat.foundation.access import queries
from giamsat.foundation.access.errors import (
    AlreadyStandsIn,
    NobodyStandsIn,
    NothingToLend,
    NotToYourself,
    SubstituteFromElsewhere,
    SubstituteNeedsAnEnd,
)
from giamsat.foundation.access.models import Account, Grant
from giamsat.foundation.access.services.delegation import (
    Authority,
    overlapping,
    require_apart,
    require_reason,
    subject_of,
)
from giamsat.foundation.access.services.grants import (
    facts_of,
    require_open,
    require_order,
    tell,
    withdraw_grant,
)
from giamsat.lib import clock


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
    require_order(valid_from, valid_to)
    require_open(substitute)
    if substitute.pk == principal.pk or (by and by.pk == substitute.pk):
        raise NotToYourself
    if queries.home_of(substitute) != queries.home_of(principal):
        raise SubstituteFromElsewhere(substitute.username, principal.unit)
    if by is None or by.pk != principal.pk:
        Authority(by, at).require_manages(principal)
    _require_not_standing_in(principal, substitute, valid_from, valid_to)
    lent = [
        _lend(grant, substitute, valid_from=valid_from, valid_to=valid_to, reason=reason, by=by, at=at)
        for grant in _lendable(principal, valid_from)
    ]
    if not lent:
        raise NothingToLend(principal.username)
    for grant in lent:
        require_apart(substitute, grant.role, valid_from=grant.valid_from, valid_to=grant.valid_to)
        facts = {**facts_of(grant), "substitute_for": subject_of(principal)}
        tell("grant.lent", substitute, grant.unit, by=by, at=at, facts=facts)
    return lent


@transaction.atomic
def recall_substitute(
    principal: Account, substitute: Account, *, reason: str, by: Account | None, at: datetime
) -> int:
    """Take back everything lent to a colleague, for now and for later; returns how many rights that were."""
    today = clock.day_of(at)
    lent = overlapping(substitute, valid_from=today, valid_to=None).filter(substitute_of__account=principal)
    ended = [withdraw_grant(grant, reason=reason, by=by, at=at) for grant in lent]
    if not ended:
        raise NobodyStandsIn(substitute.get_full_name())
    return len(ended)


def _require_not_standing_in(
    principal: Account, substitute: Account, valid_from: date, valid_to: date
) -> None:
    lent = overlapping(substitute, valid_from=valid_from, valid_to=valid_to)
    already = lent.filter(substitute_of__account=principal).first()
    if already and already.valid_to:
        last_day = already.valid_to - timedelta(days=1)
        raise AlreadyStandsIn(substitute.get_full_name(), already.valid_from, last_day)


def _lendable(principal: Account, valid_from: date) -> list[Grant]:
    lendable = [role.code for role in queries.roles().values() if role.lends]
    own = Grant.objects.filter(
        account=principal, role__in=lendable, substitute_of=None, withdrawn_at=None
    ).exclude(valid_to__isnull=False, valid_to__lte=valid_from)
    return list(own.select_related("unit").order_by("pk"))


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
