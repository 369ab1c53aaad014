"""What the worker runs for this room."""

from procrastinate.contrib.django import app

from giamsat.intake.observations import reminders, use
from giamsat.lib import clock


@app.periodic(cron="23 * * * *")
@app.task(name="observations.remind", queue="housekeeping", queueing_lock="observations.remind")
def remind(timestamp: int) -> None:
    """Every hour, though each is told once: a worker that was down for a day makes good for it."""
    reminders.remind(at=clock.now())


@app.periodic(cron="17 2 * * *")
@app.task(name="observations.assess_use", queue="housekeeping", queueing_lock="observations.assess_use")
def assess_use(timestamp: int) -> None:
    """Every night, for the reports whose 30 days ended with it."""
    use.assess_use(at=clock.now())
