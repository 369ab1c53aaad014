"""What the worker runs for this room."""

from procrastinate.contrib.django import app

from giamsat.intake.observations import late_opening, reassessing, reminders, use
from giamsat.lib import clock
from giamsat.lib.actors import Actor


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


@app.periodic(cron="17 2 * * *")
@app.task(name="observations.assess_use", queue="housekeeping", queueing_lock="observations.assess_use")
def assess_use(timestamp: int) -> None:
    """Every night, for the reports whose 30 days ended with it."""
    use.assess_use(at=clock.now())


@app.periodic(cron="7 * * * *")
@app.task(name="observations.end_lapsed", queue="housekeeping", queueing_lock="observations.end_lapsed")
def end_lapsed(timestamp: int) -> None:
    """What was opened late takes nothing after its day anyway; within the hour the trail says so too."""
    late_opening.end_lapsed(by=Actor.system("intake"), at=clock.now())
