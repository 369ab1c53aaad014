"""Announce with the fact, number after commit, deliver once to each handler."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

import psycopg
from django.db import Error as DatabaseFailed
from django.db import connection, transaction
from procrastinate.contrib.django import app as job_queue
from procrastinate.contrib.django import connector_params
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.types import TimeDeltaParams

from giamsat.foundation.outbox import queries
from giamsat.foundation.outbox.events import Event, event_class
from giamsat.foundation.outbox.models import Handled, StoredEvent

log = logging.getLogger(__name__)

DISPATCHER_LOCK = 0x67690001  # the application's advisory locks: "gi" and a number
BATCH = 500
WAKE_CHANNEL = "giamsat_outbox"
NEWS_CHANNEL = "giamsat_events"
HANDLE_TASK = "outbox.handle"
QUEUE = "events"
HEARTBEAT_SECONDS, SILENT_SECONDS = 5, 20  # a worker not heard of for so long is dead


class Handler(Protocol):
    """What a room registers: must bear being called again for the same ``event_id``."""

    def __call__(self, event: Event, *, event_id: int, at: datetime) -> None: ...


H = TypeVar("H", bound=Callable[..., None])
_HANDLERS: dict[str, dict[str, Handler]] = {}


def on(event: type[Event]) -> Callable[[H], H]:
    """Register the decorated function for an event; belongs in a room's ``handlers.py``."""

    def register(handler: H) -> H:
        name = f"{handler.__module__}.{handler.__qualname__}".removeprefix("giamsat.")
        _HANDLERS.setdefault(event.name, {})[name] = handler
        return handler

    return register


def announce(*events: Event) -> None:
    """Store events in the transaction of the facts they tell of; both stand or neither."""
    if not events:
        return
    if not connection.in_atomic_block:
        raise RuntimeError(f"{events[0].name} announced outside a transaction: it could outlive its fact")
    stored = [StoredEvent(name=event.name, payload=event.payload()) for event in events]
    StoredEvent.objects.bulk_create(stored, batch_size=BATCH)
    _notify(WAKE_CHANNEL, "")


def dispatch_pending() -> int:
    """Number what is committed and queue one job for each handler; returns how many events were numbered.

    Only one dispatcher numbers at a time; another that finds it at work returns at once. A transaction that
    commits late is simply numbered later: readers follow numbers, never ids.
    """
    numbered = 0
    while batch := _number_and_queue():
        numbered += batch
    return numbered


def queue_once(task: str, queue: str, *, delay: int = 0, **arguments: int) -> None:
    """Queue a job ``delay`` seconds from now, unless the same task waits already: that one will see this news too."""
    if ProcrastinateJob.objects.filter(queueing_lock=task, status="todo").exists():
        return  # asked first, since PostgreSQL logs every job that its index refuses
    after: TimeDeltaParams | None = {"seconds": delay} if delay else None
    try:
        with transaction.atomic():
            job = job_queue.configure_task(task, queue=queue, queueing_lock=task, schedule_in=after)
            job.defer(**arguments)
    except AlreadyEnqueued:
        pass


def handle(event_id: int, handler: str, *, at: datetime) -> bool:
    """Let one handler hear one event, in one transaction with the note that it did; False if it had already."""
    with transaction.atomic():
        if not _claim(event_id, handler, at):
            return False
        stored = StoredEvent.objects.get(pk=event_id)
        function = _HANDLERS.get(stored.name, {}).get(handler)
        kind = event_class(stored.name)
        if function is None or kind is None:
            log.warning("event %s: nobody here is called %s any more", event_id, handler)
            return False
        function(kind.from_payload(stored.payload), event_id=event_id, at=at)
    return True


def deliver_now(*, at: datetime) -> int:
    """Number and handle everything here and now, news of news included; for one-process commands and tests."""
    done = 0
    while batch := _number_committed():
        for stored in batch:
            for handler in _HANDLERS.get(stored.name, {}):
                done += handle(stored.pk, handler, at=at)
    return done


def run_dispatcher(stop: threading.Event) -> None:
    """Dispatch until told to stop: woken by each announcement, and every second in case one was missed."""
    while not stop.is_set():
        try:
            with psycopg.connect(**connector_params(), autocommit=True) as listener:
                listener.execute(f"LISTEN {WAKE_CHANNEL}")
                while not stop.is_set():
                    dispatch_pending()
                    for _ in listener.notifies(timeout=1, stop_after=1):
                        pass
        except (psycopg.Error, DatabaseFailed, ConnectorException) as reason:
            log.warning("the dispatcher lost the database and tries again: %s", reason)
            stop.wait(1)
        finally:
            connection.close()


def forget_old_events(*, before: datetime) -> int:
    """Drop numbered events announced before a moment; the newest stays, so that numbers never start again."""
    keep = queries.last_number()
    old = StoredEvent.objects.filter(seq__lt=keep, announced_at__lt=before)
    return old.delete()[1].get("outbox.StoredEvent", 0)


@transaction.atomic
def _number_and_queue() -> int:
    batch = _number_committed()
    for stored in batch:
        if stored.name not in _HANDLERS:
            continue
        for handler in _HANDLERS[stored.name]:
            # One lock for each handler: it hears events one at a time and in order.
            job_queue.configure_task(HANDLE_TASK, queue=QUEUE, lock=f"{HANDLE_TASK}:{handler}").defer(
                event_id=stored.pk, handler=handler
            )
    return len(batch)


@transaction.atomic
def _number_committed() -> list[StoredEvent]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [DISPATCHER_LOCK])
        if not cursor.fetchone()[0]:
            return []
    batch = list(queries.awaiting_number()[:BATCH])
    if not batch:
        return []
    for number, stored in enumerate(batch, start=queries.last_number() + 1):
        stored.seq = number
    StoredEvent.objects.bulk_update(batch, ["seq"])
    _notify(NEWS_CHANNEL, str(batch[-1].seq))
    return batch


def _claim(event_id: int, handler: str, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Handled._meta.db_table} (event_id, handler, handled_at) VALUES (%s, %s, %s) "  # noqa: S608
            "ON CONFLICT DO NOTHING",
            [event_id, handler, at],
        )
        return cursor.rowcount == 1


def _notify(channel: str, payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])
