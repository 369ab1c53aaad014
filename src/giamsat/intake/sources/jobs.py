"""What the worker runs for this room."""

from datetime import timedelta

from procrastinate.contrib.django import app

from giamsat.intake.sources import services
from giamsat.lib import clock
from giamsat.lib.actors import Actor

LONGEST_READING = timedelta(hours=1)


@app.periodic(cron="*/10 * * * *")
@app.task(name="sources.refuse_interrupted", queue="housekeeping", queueing_lock="sources.refuse_interrupted")
def refuse_interrupted(timestamp: int) -> None:
    """Whoever sent a file while its reader was killed finds it refused, and knows to send it again."""
    now = clock.now()
    services.refuse_interrupted(before=now - LONGEST_READING, by=Actor.system("intake"), at=now)


@app.periodic(cron="3 * * * *")
@app.task(name="sources.open_periods", queue="housekeeping", queueing_lock="sources.open_periods")
def open_periods(timestamp: int) -> None:
    """A new year's periods are there from its first hour; those that are there already stay as they are."""
    services.open_periods([clock.today().year])
