import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import transaction
from procrastinate.contrib.django import connector_params
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.types.json import Jsonb

from giamsat.foundation.outbox import jobs, queries, services
from giamsat.foundation.outbox.events import Event
from giamsat.foundation.outbox.models import Handled, StoredEvent

AT = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)
heard = []


@dataclass(frozen=True)
class BellRang(Event):
    name = "test.bell_rang"
    tower: str
    times: int = 1


@dataclass(frozen=True)
class EchoHeard(Event):
    name = "test.echo_heard"
    tower: str


@dataclass(frozen=True)
class TideTurned(Event):
    """Nobody hears this one, so it leaves no job behind."""

    name = "test.tide_turned"
    harbour: str


@services.on(BellRang)
def note_the_bell(event, *, event_id, at):
    heard.append((event.tower, event.times, at))
    if event.tower == "cracked":
        raise RuntimeError("the bell is cracked")


@services.on(BellRang)
def pass_the_echo_on(event, *, event_id, at):
    if event.tower == "north":
        services.announce(EchoHeard(event.tower))


@services.on(EchoHeard)
def note_the_echo(event, *, event_id, at):
    heard.append(("echo of", event.tower))


@pytest.fixture(autouse=True)
def silence():
    heard.clear()


@pytest.fixture
def other():
    """A second real connection, as another process would have."""
    with psycopg.connect(**connector_params()) as second:
        yield second


def ring(tower, times=1):
    with transaction.atomic():
        services.announce(BellRang(tower, times))


def turn(harbour):
    with transaction.atomic():
        services.announce(TideTurned(harbour))


def turn_on(other, harbour):
    other.execute(
        "INSERT INTO outbox_storedevent (name, payload) VALUES ('test.tide_turned', %s)",
        [Jsonb({"harbour": harbour})],
    )


def told_after(seq):
    return [(stored.seq, *stored.payload.values()) for stored in queries.events_after(seq, 10)]


@pytest.mark.django_db(transaction=True)
def test_an_announcement_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError) as mistake:
        services.announce(BellRang("south"))

    assert str(mistake.value) == "test.bell_rang announced outside a transaction: it could outlive its fact"


@pytest.mark.django_db
def test_content_that_json_cannot_carry_is_refused():
    with pytest.raises(TypeError):
        services.announce(BellRang(object()))


@pytest.mark.django_db(transaction=True)
def test_a_fact_rolled_back_leaves_no_event_and_no_gap():
    def undone():
        with transaction.atomic():
            services.announce(TideTurned("undone"))
            raise ZeroDivisionError

    turn("first")
    with pytest.raises(ZeroDivisionError):
        undone()
    turn("second")

    assert services.dispatch_pending() == 2
    assert told_after(0) == [(1, "first"), (2, "second")]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_not_skipped(other):
    turn_on(other, "began first, commits last")  # takes the lower id, stays open
    turn("began last, commits first")
    assert services.dispatch_pending() == 1
    assert told_after(0) == [(1, "began last, commits first")]

    other.commit()

    assert services.dispatch_pending() == 1
    assert told_after(1) == [(2, "began first, commits last")]
    early, late = StoredEvent.objects.order_by("seq")
    assert late.pk < early.pk


@pytest.mark.django_db(transaction=True)
def test_a_second_dispatcher_leaves_the_numbering_to_the_first(other):
    turn("south")
    other.execute("SELECT pg_advisory_xact_lock(%s)", [services.DISPATCHER_LOCK])
    assert services.dispatch_pending() == 0

    other.rollback()

    assert services.dispatch_pending() == 1


@pytest.mark.django_db
def test_each_handler_gets_one_job_and_one_line_to_wait_in():
    ring("south")
    ring("west")
    services.dispatch_pending()

    queued = ProcrastinateJob.objects.filter(task_name="outbox.handle").order_by("id")
    assert [(job.args["handler"].rpartition(".")[2], job.lock.rpartition(".")[2]) for job in queued] == [
        ("note_the_bell", "note_the_bell"),
        ("pass_the_echo_on", "pass_the_echo_on"),
    ] * 2


@pytest.mark.django_db
def test_the_same_job_run_twice_is_heard_once():
    ring("south", times=3)
    services.dispatch_pending()
    job = ProcrastinateJob.objects.filter(task_name="outbox.handle").order_by("id")[0]

    jobs.handle(**job.args)
    jobs.handle(**job.args)

    assert [(tower, times) for tower, times, _ in heard] == [("south", 3)]


@pytest.mark.django_db
def test_a_handler_that_fails_leaves_no_note_and_may_try_again():
    ring("cracked")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            services.deliver_now(at=AT)
        StoredEvent.objects.update(seq=None)

    assert len(heard) == 2
    assert not Handled.objects.exists()


@pytest.mark.django_db
def test_deliver_now_goes_on_until_nothing_is_new():
    ring("north")

    assert services.deliver_now(at=AT) == 3
    assert heard == [("north", 1, AT), ("echo of", "north")]
    assert services.deliver_now(at=AT) == 0


@pytest.mark.django_db
def test_an_event_nobody_knows_any_more_is_numbered_and_passed_over():
    StoredEvent.objects.create(name="test.long_gone", payload={})

    assert services.dispatch_pending() == 1


@pytest.mark.django_db
def test_fields_dropped_by_a_later_release_are_ignored():
    StoredEvent.objects.create(name="test.bell_rang", payload={"tower": "old", "metal": "bronze"})
    services.deliver_now(at=AT)

    assert heard == [("old", 1, AT)]


@pytest.mark.django_db
def test_old_events_are_forgotten_but_numbers_never_start_again():
    for harbour in ("a", "b"):
        turn(harbour)
    services.deliver_now(at=AT)

    assert services.forget_old_events(before=datetime.now(UTC) + timedelta(days=1)) == 1
    turn("c")
    services.deliver_now(at=AT)
    assert told_after(0) == [(2, "b"), (3, "c")]


@pytest.mark.django_db
def test_lag_tells_how_many_wait_and_how_long():
    assert queries.lag() == queries.Lag(0, 0.0)
    ring("south")
    assert queries.lag().waiting == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_dispatcher_wakes_on_an_announcement_and_tells_the_news(other):
    other.autocommit = True
    other.execute(f"LISTEN {services.NEWS_CHANNEL}")
    stop = threading.Event()
    dispatcher = threading.Thread(target=services.run_dispatcher, args=(stop,))
    dispatcher.start()
    try:
        turn("south")
        news = next(other.notifies(timeout=10))
    finally:
        stop.set()
        dispatcher.join(timeout=10)

    assert news.payload == str(queries.last_number())
    assert not dispatcher.is_alive()


BREAK_OFF = """
CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(9); RETURN NEW; END $$;
CREATE TRIGGER break_off BEFORE INSERT ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION break_off();
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_dispatcher_outlives_a_connection_that_breaks_while_a_job_is_queued(other, caplog):
    other.autocommit = True
    other.execute(f"LISTEN {services.NEWS_CHANNEL}")
    other.execute(BREAK_OFF)
    stop = threading.Event()
    dispatcher = threading.Thread(target=services.run_dispatcher, args=(stop,))
    dispatcher.start()
    try:
        ring("south")
        deadline = time.monotonic() + 10
        while "lost the database" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.02)  # until the connection has broken once
        other.execute("DROP FUNCTION break_off() CASCADE")
        news = next(other.notifies(timeout=10), None)
    finally:
        stop.set()
        dispatcher.join(timeout=10)
        queued = other.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()

    assert news is not None
    assert news.payload == str(queries.last_number())
    assert queued == (2,)


def test_two_events_may_not_share_a_name():
    with pytest.raises(TypeError) as mistake:
        type("Impostor", (Event,), {"name": "test.bell_rang"})

    assert str(mistake.value) == "Impostor and BellRang share the event name 'test.bell_rang'"
