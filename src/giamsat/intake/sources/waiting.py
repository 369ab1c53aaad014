"""Many deliveries at once: kept before anybody looks into them, and settled together."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from giamsat.intake.sources.choices import Channel, DeliveryStatus
from giamsat.intake.sources.models import Delivery
from giamsat.lib.actors import Actor
from giamsat.lib.arrays import copy_rows, number_array
from giamsat.lib.refusals import Refusal

COLUMNS = """
    id, sha256, filename, channel, content, size, received_at, by_id, by_name, status, form_code, period_key, basis
"""
DRAW = "SELECT nextval(pg_get_serial_sequence('sources_delivery', 'id')) FROM generate_series(1, %s)"
SETTLE = """
    UPDATE sources_delivery d SET status = 'accepted', unit_id = t.unit_id
    FROM unnest(%s::bigint[], %s::bigint[]) AS t (id, unit_id) WHERE d.id = t.id AND d.status = 'received'
"""
TAKEN_BEFORE = """
    SELECT t.id, min(d.id) FROM unnest(%s::bigint[], %s::bigint[]) AS t (id, unit_id)
    JOIN sources_delivery n ON n.id = t.id
    JOIN sources_delivery d ON d.sha256 = n.sha256 AND d.unit_id = t.unit_id AND d.status = 'accepted'
    GROUP BY t.id
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """One file among many, as it came."""

    name: str
    channel: Channel
    content: bytes


def keep_waiting(files: Sequence[Sent], *, by: Actor, at: datetime) -> list[int]:
    """Keep files that wait for their turn; returns their numbers, in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [len(files)])
        numbers = [number for (number,) in cursor.fetchall()]
        copy_rows(cursor, "sources_delivery", COLUMNS, _rows(files, numbers, by, at))
    return numbers


def _rows(
    files: Iterable[Sent], numbers: Sequence[int], by: Actor, at: datetime
) -> Iterator[tuple[object, ...]]:
    for number, file in zip(numbers, files, strict=True):
        told = (hashlib.sha256(file.content).hexdigest(), file.name[:255], file.channel.value, file.content)
        yield (number, *told, len(file.content), at, by.id, by.name, DeliveryStatus.WAITING.value, "", "", "")


def begin(numbers: Sequence[int]) -> dict[int, Delivery]:
    """Those whose turn has come, with their bytes; they are settled in the same transaction, or wait again."""
    Delivery.objects.filter(pk__in=numbers, status=DeliveryStatus.WAITING).update(
        status=DeliveryStatus.RECEIVED
    )
    return Delivery.objects.filter(status=DeliveryStatus.RECEIVED).in_bulk(list(numbers))


def taken_before(unit_of: Mapping[int, int]) -> dict[int, Delivery]:
    """Of deliveries, by number with their unit, those whose bytes were accepted for it before, with that delivery."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_BEFORE, [number_array(unit_of), number_array(unit_of.values())])
        pairs = dict(cursor.fetchall())
    earlier = Delivery.objects.defer("content").in_bulk(list(pairs.values()))
    return {number: earlier[first] for number, first in pairs.items()}


def accept_many(unit_of: Mapping[int, int]) -> None:
    """Note of deliveries, by number with their unit, that they were taken in."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [number_array(unit_of), number_array(unit_of.values())])


def refuse_waiting(numbers: Sequence[int], refusal: Refusal) -> int:
    """Nobody will read them any more: they stay, with why; returns how many."""
    told = {"code": refusal.code, "message": refusal.message, "facts": refusal.facts}
    left = Delivery.objects.filter(pk__in=numbers, status=DeliveryStatus.WAITING)
    return left.update(status=DeliveryStatus.REFUSED, refusal=told)
