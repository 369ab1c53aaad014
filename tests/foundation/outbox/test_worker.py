"""The queue itself: a real worker hears an event, once, and a job left behind by a dead worker is given back."""

import asyncio

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from giamsat.foundation.outbox import jobs, services
from giamsat.foundation.outbox.models import Handled
from tests.foundation.outbox.test_services import BellRang, heard

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def nothing_heard():
    heard.clear()


def work():
    """Run a worker until the queue is empty."""

    async def run():
        queue = app.with_connector(app.connector.get_worker_connector())
        async with queue.open_async():
            await queue.run_worker_async(
                wait=False, queues=[services.QUEUE], install_signal_handlers=False, delete_jobs="successful"
            )

    asyncio.run(run())


def test_a_worker_hears_each_event_once_and_in_order():
    for tower in ("first", "second", "third"):
        with transaction.atomic():
            services.announce(BellRang(tower))
    services.dispatch_pending()

    work()

    assert [tower for tower, _times, _at in heard] == ["first", "second", "third"]
    assert Handled.objects.count() == 6
    assert not ProcrastinateJob.objects.filter(task_name=services.HANDLE_TASK).exists()


def test_a_job_of_a_dead_worker_is_given_back():
    with transaction.atomic():
        services.announce(BellRang("south"))
    services.dispatch_pending()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
    work()
    assert heard == []

    name = jobs.rescue_stalled_jobs.name
    app.configure_task(name, queue=services.QUEUE, queueing_lock="now").defer(timestamp=0)
    work()

    assert [tower for tower, _times, _at in heard] == ["south"]


def test_the_job_of_a_dead_worker_does_not_hold_up_the_same_work_queued_anew():
    """News came after the kill: publishing is queued again, and may be queued once only."""
    publish = app.configure_task("test.publish", queue="test", lock="publish", queueing_lock="publish")
    publish.defer()
    with transaction.atomic():
        services.announce(BellRang("south"))
    services.dispatch_pending()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
    publish.defer()

    app.configure_task(jobs.rescue_stalled_jobs.name, queue=services.QUEUE).defer(timestamp=0)
    work()

    assert [tower for tower, _times, _at in heard] == ["south"]
    left = ProcrastinateJob.objects.filter(task_name="test.publish")
    assert [(job.status, job.attempts) for job in left] == [("todo", 0)]
