"""What the worker runs for this room."""

from procrastinate.contrib.django import app

from giamsat.analysis.warehouse import queries, services
from giamsat.analysis.warehouse.errors import UpkeepUnderWay
from giamsat.analysis.warehouse.services.publishing import JOIN_TASK, TASK
from giamsat.analysis.warehouse.services.upkeep import RENEW_TASK
from giamsat.lib import clock

A_MINUTE = 60


@app.task(name=TASK, queue="warehouse", queueing_lock=TASK, lock=TASK)
def publish() -> None:
    """What was noted meanwhile found this job still in the queue, and asked for no other: so ask for it."""
    services.publish_pending(at=clock.now())
    if queries.anything_waits():
        services.ask_to_publish()
    if queries.years_to_join():
        services.ask_to_join()


@app.periodic(cron="* * * * *")
@app.task(name="warehouse.publish_missed", queue="warehouse", queueing_lock="warehouse.publish_missed")
def publish_missed(timestamp: int) -> None:
    """In case a publication failed: its news is still waiting."""
    services.publish_pending(at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name=JOIN_TASK, queue="housekeeping", queueing_lock=JOIN_TASK)
def compact(timestamp: int) -> None:
    try:
        services.compact(at=clock.now())
    except UpkeepUnderWay:
        return  # the next turn will do


@app.periodic(cron="40 2 * * *")
@app.task(name="warehouse.reconcile", queue="housekeeping", queueing_lock="warehouse.reconcile")
def reconcile(timestamp: int) -> None:
    services.reconcile(at=clock.now())


@app.task(name=RENEW_TASK, queue="housekeeping")
def renew(year: int) -> None:
    """Write a year and those after it anew: others owe their reports since units changed."""
    years = [each for each in queries.published_years() if each >= year]
    try:
        services.rebuild(at=clock.now(), years=years)
    except UpkeepUnderWay:
        services.ask_to_renew(year, delay=A_MINUTE)
