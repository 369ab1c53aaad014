"""Tell people, once each; carry what was told; note what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import override
from procrastinate.contrib.django import app as job_queue

from giamsat.foundation.audit import services as audit
from giamsat.foundation.notices import queries
from giamsat.foundation.notices.channels import CHANNELS
from giamsat.foundation.notices.errors import NotAnAddress
from giamsat.foundation.notices.models import Carriage, Mailbox, Notice

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit

CARRY_TASK, QUEUE = "notices.carry", "notices"


@transaction.atomic
def tell(
    people: Iterable[Account],
    *,
    key: str,
    words: Callable[[str], str],
    page: str,
    number: int | None = None,
    about: Iterable[Unit],
    at: datetime,
) -> int:
    """Tell these persons one thing; who was told it before, by its key, is not told again. Returns how many were.

    ``about``: every unit that the words or the page name; whoever may see one of them no more, sees no notice.

    ``words`` is asked once in each language of the house, which is also the active one. The jobs of the channels
    stand or fall with the notices.
    """
    said = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            said[language] = words(language)
    of = sorted({unit.pk for unit in about})
    told = [
        Notice(account_id=pk, key=key, words=said, page=page, number=number, about=of, told_at=at)
        for pk in _not_told([person.pk for person in people], key)
    ]
    notices = Notice.objects.bulk_create(told)
    for channel in CHANNELS.values():
        wanted = channel.wanted_by([notice.account_id for notice in notices])
        carriages = Carriage.objects.bulk_create(
            Carriage(notice=notice, channel=channel.name) for notice in notices if notice.account_id in wanted
        )
        for carriage in carriages:
            job_queue.configure_task(CARRY_TASK, queue=QUEUE).defer(carriage=carriage.pk)
    return len(notices)


def carry(number: int, *, at: datetime) -> bool:
    """Take one notice along its channel; False when that was done, or begun, before. Not theirs any more, it stays.

    Claimed in a transaction of its own before it leaves: a job that runs twice, or after a kill, carries nothing again.
    """
    if not Carriage.objects.filter(pk=number, claimed_at=None).update(claimed_at=at):
        return False
    carriage = Carriage.objects.select_related("notice__account").get(pk=number)
    notice = carriage.notice
    try:
        if queries.notices_of(notice.account, at=at).filter(pk=notice.pk).exists():
            CHANNELS[carriage.channel].carry(notice)
    except Exception:
        Carriage.objects.filter(pk=number).update(claimed_at=None)  # it did not leave: the queue tries again
        raise
    Carriage.objects.filter(pk=number).update(carried_at=at)
    return True


def mark_read(notice: Notice, *, at: datetime) -> None:
    """Opened for the first time."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)


def mark_all_read(account: Account, *, at: datetime) -> int:
    return queries.notices_of(account, at=at).filter(read_at=None).update(read_at=at)


@transaction.atomic
def choose_mail(account: Account, address: str, *, at: datetime) -> None:
    """Have mail sent to an address from now on; an empty one ends it."""
    address = address.strip()
    if not address:
        ended, _each = Mailbox.objects.filter(account=account).delete()
        if ended:
            audit.record("account.mail_ended", subject=_subject(account), by=account.actor(), at=at)
        return
    try:
        validate_email(address)
    except ValidationError:
        raise NotAnAddress(address) from None
    Mailbox.objects.update_or_create(account=account, defaults={"address": address, "chosen_at": at})
    audit.record("account.mail_chosen", subject=_subject(account), by=account.actor(), at=at)


def forget_old(*, before: datetime) -> int:
    return Notice.objects.filter(told_at__lt=before).delete()[0]


def _not_told(account_ids: list[int], key: str) -> list[int]:
    """Locked, so that two workers who tell the same at once wait for each other."""
    asked = get_user_model().objects.select_for_update(no_key=True).filter(pk__in=account_ids)
    known = list(asked.order_by("pk").values_list("pk", flat=True))
    told = set(Notice.objects.filter(account__in=known, key=key).values_list("account_id", flat=True))
    return [pk for pk in known if pk not in told]


def _subject(account: Account) -> str:
    return f"account:{account.pk}"
