"""Jobs that failed, put into the queue as the worker leaves them."""

from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app

from giamsat.foundation.queue import services

AT = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)


def failed_job(task="warehouse.publish", error=None, **arguments) -> int:
    number = app.configure_task(task, queue="test", queueing_lock=task).defer(**arguments)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 5 WHERE id = %s", [number]
        )
    if error is not None:
        services.note_failure(number, error, at=AT)
    return number
