"""Reading what was announced."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from giamsat.foundation.outbox.models import StoredEvent


def events_after(seq: int, limit: int) -> list[StoredEvent]:
    """The next numbered events; numbers grow in the order of commits, so a reader that keeps its last misses none."""
    return list(StoredEvent.objects.filter(seq__gt=seq).order_by("seq")[:limit])


def last_number() -> int:
    """Where a reader that only wants news should start."""
    newest = StoredEvent.objects.exclude(seq=None).order_by("-seq").values_list("seq", flat=True).first()
    return newest or 0


def newest_mark() -> tuple[int, int, int]:
    """Another one whenever anything was announced, numbered already or not: for whoever keeps what they reckoned."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT max(seq) FROM outbox_storedevent), 0), "
            "coalesce((SELECT max(id) FROM outbox_storedevent), 0), "
            "(SELECT count(*) FROM outbox_storedevent WHERE seq IS NULL)"
        )
        number, newest, waiting = cursor.fetchone()
    return number, newest, waiting


def awaiting_number() -> QuerySet[StoredEvent]:
    """Committed but not yet numbered: the dispatcher's backlog."""
    return StoredEvent.objects.filter(seq=None).order_by("id")


@dataclass(frozen=True)
class Lag:
    """How many committed events wait for their number, and for how long the oldest has."""

    waiting: int
    seconds: float


def lag() -> Lag:
    """Measured by the database's own clock, in which announcements are stamped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(announced_at)), 0) "
            "FROM outbox_storedevent WHERE seq IS NULL"
        )
        waiting, seconds = cursor.fetchone()
    return Lag(waiting, float(seconds))
