"""What the worker runs for this room."""

from procrastinate.contrib.django import app

from giamsat.intake.observations import reassessing, reminders
from giamsat.lib import clock


@app.periodic(cron="23 * * * *")
@app.task(name="observations.remind", queue="housekeeping", queueing_lock="observations.remind")
def remind(timestamp: int) -> None:
    """Every hour, though each is told once: a worker that was down for a day makes good for it."""
    reminders.remind(at=clock.now())


@app.periodic(cron="47 17 * * *")
@app.task(name="observations.reassess", queue="housekeeping", queueing_lock="observations.reassess")
def reassess(timestamp: int) -> None:
    """At night, a quarter to one at home: what changed by day without a new report is looked at again."""
    reassessing.reassess(at=clock.now())
