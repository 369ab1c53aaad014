"""What the worker runs for this room."""

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from giamsat.foundation.queue import services

KEPT_DAYS = 30


@app.periodic(cron="37 3 * * *")
@app.task(name="queue.forget_old", queue="housekeeping", queueing_lock="queue.forget_old")
async def forget_old(timestamp: int) -> None:
    """Failed jobs that nobody tried again are kept a month, given up or not."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEPT_DAYS * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
    await sync_to_async(services.forget_lost_reasons)()
