"""A real worker meets an error: the queue keeps the job, this room keeps why, and an old one is forgotten."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from giamsat.foundation.queue import jobs, queries, services
from giamsat.foundation.queue.models import Failure
from tests.foundation.queue.failing import AT, failed_job

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
QUEUE = "trial"


@app.task(name="test.stumble", queue=QUEUE)
def stumble(step: int) -> None:
    raise OSError("/srv/secret: 3 đảng viên")


def work():
    async def run():
        queue = app.with_connector(app.connector.get_worker_connector())
        async with queue.open_async():
            await queue.run_worker_async(
                wait=False,
                queues=[QUEUE],
                install_signal_handlers=False,
                delete_jobs="successful",
                worker_middleware=[services.note_failures],
            )
        await sync_to_async(connections.close_all)()  # of the thread in which the clockwork queues

    asyncio.run(run())


def test_the_worker_notes_why_a_job_failed():
    number = stumble.defer(step=1)

    work()

    [job] = queries.failed_jobs()
    assert (job.number, job.task, job.kind, job.tries) == (number, "test.stumble", "OSError", 1)
    assert "secret" not in str(Failure.objects.values().get())


def test_a_failed_job_is_kept_a_month():
    old, new = failed_job("test.old"), failed_job("test.new", error=ValueError())
    services.note_failure(old, ValueError(), at=AT)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - interval '31 days' WHERE job_id = %s", [old]
        )

    app.configure_task(jobs.forget_old.name, queue=QUEUE).defer(timestamp=0)
    work()

    assert [job.pk for job in ProcrastinateJob.objects.filter(status="failed")] == [new]
    assert [each.job_id for each in Failure.objects.all()] == [new]
