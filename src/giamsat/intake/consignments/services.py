"""Gather files, take them in to the end, cancel what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from procrastinate.contrib.django import app as job_queue
from procrastinate.exceptions import AlreadyEnqueued

from giamsat.foundation.audit import services as audit
from giamsat.intake.consignments import queries
from giamsat.intake.consignments.choices import State
from giamsat.intake.consignments.errors import Ended, GivenUp, RunsAlready
from giamsat.intake.consignments.gathering import Found, Hands, gather, plain_name
from giamsat.intake.consignments.models import Consignment, Parcel
from giamsat.intake.consignments.taking import take_chunk
from giamsat.intake.sources import services as sources

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account

__all__ = ["Found", "Hands", "ask_to_run", "cancel", "gather", "plain_name", "run"]

TASK = "consignments.run"
QUEUE = "bulk"


def run(
    number: int, *, now: Callable[[], datetime], watch: Callable[[Consignment], None] | None = None
) -> Consignment:
    """Take in a consignment chunk by chunk to its end, from where it stood; ``watch`` is told after each.

    Raises RunsAlready when another process is at it, and SenderGone; what was taken in until then stays.
    """
    with _alone(number):
        consignment = Consignment.objects.get(pk=number)
        while consignment.state == State.OPEN:
            consignment = take_chunk(number, at=now())
            if watch:
                watch(consignment)
        return consignment


@contextmanager
def _alone(number: int) -> Iterator[None]:
    """A lock of the session, since the work spans transactions; a killed process loses its session and so the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [queries.RUNNING, number])
        if not cursor.fetchone()[0]:
            there = Consignment.objects.get(pk=number)
            raise RunsAlready(there.name, there.parcels_done, there.parcels_in_all)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [queries.RUNNING, number])


@transaction.atomic
def ask_to_run(consignment: Consignment) -> None:
    """Have the worker take it in; raises Ended and RunsAlready. Asked twice, it is queued once."""
    consignment = Consignment.objects.select_for_update().get(pk=consignment.pk)
    if consignment.state != State.OPEN:
        raise Ended(consignment.name, consignment.get_state_display())
    if queries.running([consignment.pk]):
        raise RunsAlready(consignment.name, consignment.parcels_done, consignment.parcels_in_all)
    job = job_queue.configure_task(TASK, queue=QUEUE, queueing_lock=f"{TASK}:{consignment.pk}")
    try:
        with transaction.atomic():
            job.defer(number=consignment.pk)
    except AlreadyEnqueued:
        pass


@transaction.atomic
def cancel(consignment: Consignment, *, by: Account, at: datetime) -> Consignment:
    """What was taken in stays, the rest is given up and kept with that word; waits for the chunk under way.

    Raises Ended.
    """
    consignment = Consignment.objects.select_for_update().get(pk=consignment.pk)
    if consignment.state != State.OPEN:
        raise Ended(consignment.name, consignment.get_state_display())
    left = Parcel.objects.filter(consignment=consignment, settled=False)
    sources.refuse_waiting(list(left.values_list("delivery_id", flat=True)), GivenUp(consignment.name))
    consignment.state, consignment.ended_at = State.CANCELLED, at
    consignment.save(update_fields=["state", "ended_at"])
    facts = {"name": consignment.name, "given_up": consignment.waiting}
    audit.record("consignment.cancelled", subject=consignment.subject, by=by.actor(), at=at, facts=facts)
    return consignment
