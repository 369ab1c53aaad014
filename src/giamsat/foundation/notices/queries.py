"""What a person was told; and whom to tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet

from giamsat.foundation.access import queries as access
from giamsat.foundation.notices.choices import Page
from giamsat.foundation.notices.errors import NoticeNotFound
from giamsat.foundation.notices.models import Mailbox, Notice
from giamsat.foundation.units import queries as units_room

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit


def notices_of(account: Account, *, at: datetime) -> QuerySet[Notice]:
    """What this person was told of units they may see at that instant, newest first. All reads start here."""
    scope = access.scope_for(account, at=at)
    theirs = Q()
    for page in Page:
        seen = scope.units_where(page.sees).order_by().values("pk")
        theirs |= Q(page=page, about__contained_by=ArraySubquery(seen))
    return Notice.objects.filter(theirs, account=account).order_by("-told_at", "-pk")


def notice_of(account: Account, number: int, *, at: datetime) -> Notice:
    try:
        return notices_of(account, at=at).get(pk=number)
    except Notice.DoesNotExist:
        raise NoticeNotFound(number) from None


def told(key: str) -> set[int]:
    """The accounts that were told this already."""
    return set(Notice.objects.filter(key=key).values_list("account_id", flat=True))


def unread_count(account: Account, *, at: datetime) -> int:
    return notices_of(account, at=at).filter(read_at=None).count()


def mailbox_of(account: Account) -> Mailbox | None:
    return Mailbox.objects.filter(account=account).first()


def people_at(
    units: Collection[Unit], actions: Iterable[str], *, sees: str, at: datetime, but: Collection[int] = ()
) -> dict[int, list[Account]]:
    """By unit: those placed there who may do one of these acts at that instant and may see what they are led to.

    Placed there: their grant is over this very unit, one that went on in it, or the one in which it goes on. Whoever
    may act for it from above is not its staff. ``but`` leaves out accounts that need not be looked at.
    """
    actions = list(actions)
    roles = [role.code for role in access.roles().values() if role.actions & set(actions)]
    by_pk = {unit.pk: unit for unit in units}
    kin = _kin(by_pk)
    grants = access.live_grants(at).filter(unit__in=kin, role__in=roles).select_related("account__unit")
    found: dict[int, dict[int, Account]] = defaultdict(dict)
    for grant in grants.exclude(account__in=but).order_by("account__username", "pk"):
        for pk in kin[grant.unit_id]:
            found[pk][grant.account_id] = grant.account
    return {
        pk: able
        for pk, people in found.items()
        if (able := [each for each in people.values() if _may(each, actions, sees, by_pk[pk], at)])
    }


def _kin(asked: Collection[int]) -> dict[int, set[int]]:
    """By unit whose rights are looked at: for which of those asked for, for rights go on in the heir."""
    into = {pk: heir for pk, _path, heir, _to in units_room.heirs()}

    def last(pk: int) -> int:
        while pk in into:
            pk = into[pk]
        return pk

    lines: dict[int, set[int]] = defaultdict(set)
    for pk in asked:
        lines[last(pk)].add(pk)
    every = {*asked, *into, *lines}
    return {pk: lines[last(pk)] for pk in every if last(pk) in lines}


def _may(account: Account, actions: list[str], sees: str, unit: Unit, at: datetime) -> bool:
    scope = access.scope_for(account, at=at)
    return scope.may(sees, unit) and any(scope.may(action, unit) for action in actions)
