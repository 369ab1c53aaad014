"""What the worker runs for this room."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from giamsat.foundation.notices import services
from giamsat.lib import clock

KEPT_DAYS = 180


@app.task(
    name=services.CARRY_TASK, queue=services.QUEUE, retry=RetryStrategy(max_attempts=6, exponential_wait=6)
)
def carry(carriage: int) -> None:
    services.carry(carriage, at=clock.now())


@app.periodic(cron="41 3 * * *")
@app.task(name="notices.forget_old", queue="housekeeping", queueing_lock="notices.forget_old")
def forget_old(timestamp: int) -> None:
    services.forget_old(before=clock.now() - timedelta(days=KEPT_DAYS))
