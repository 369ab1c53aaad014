"""What the worker runs for this room."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from giamsat.foundation.outbox import services
from giamsat.lib import clock

KEPT_DAYS = 30


@app.task(
    name=services.HANDLE_TASK,
    queue=services.QUEUE,
    retry=RetryStrategy(max_attempts=5, exponential_wait=2),
)
def handle(event_id: int, handler: str) -> None:
    services.handle(event_id, handler, at=clock.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="outbox.forget_old_events", queue="housekeeping", queueing_lock="outbox.forget_old_events")
def forget_old_events(timestamp: int) -> None:
    services.forget_old_events(before=clock.now() - timedelta(days=KEPT_DAYS))


@app.periodic(cron="* * * * * */10")
@app.task(name="outbox.rescue_stalled_jobs", queue="housekeeping", queueing_lock="outbox.rescue_stalled_jobs")
async def rescue_stalled_jobs(timestamp: int) -> None:
    """A worker killed in the middle leaves its job marked as running; give it back, or its lock blocks the queue.

    Work that waits in the queue once more already (one at a time may) needs no giving back: the dead one's is dropped.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=services.SILENT_SECONDS):
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=True)
