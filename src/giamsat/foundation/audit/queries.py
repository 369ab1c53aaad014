"""Reading the trail. Whoever asks hands in the units they may read; this room knows no accounts."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from giamsat.foundation.audit.models import Entry, Seal, Unsealed


def entries_for(
    unit_ids: Collection[int] | None,
    *,
    verb: str = "",
    subject: str = "",
    by_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    with_unplaced: bool = False,
) -> QuerySet[Entry]:
    """Entries about these units, newest first. ``None`` is the whole country, for those who audit it.

    ``with_unplaced`` adds what concerns no unit (sign-ins, definitions). A verb ending in a dot is a prefix.
    """
    entries = Entry.objects.order_by("-at", "-id")
    if unit_ids is not None:
        mine = Q(unit_id__in=unit_ids)
        entries = entries.filter(mine | Q(unit_id=None) if with_unplaced else mine)
    if verb:
        entries = entries.filter(verb__startswith=verb) if verb.endswith(".") else entries.filter(verb=verb)
    if subject:
        entries = entries.filter(subject=subject)
    if by_id is not None:
        entries = entries.filter(by_id=by_id)
    if since:
        entries = entries.filter(at__gte=since)
    if until:
        entries = entries.filter(at__lt=until)
    return entries


def history_of(subject: str) -> QuerySet[Entry]:
    """What happened to one subject, oldest first; the caller has already found it visible."""
    return Entry.objects.filter(subject=subject).order_by("at", "id")


def last_seal() -> Seal | None:
    """The head of the chain."""
    return Seal.objects.order_by("-seq").first()


def waiting_for_seal() -> int:
    return Unsealed.objects.count()
