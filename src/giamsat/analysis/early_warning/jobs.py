"""What the worker runs for this room."""

from procrastinate.contrib.django import app

from giamsat.analysis.early_warning import bursts, services
from giamsat.lib import clock


@app.task(name=bursts.TASK, queue=bursts.QUEUE, queueing_lock=bursts.TASK, lock=bursts.TASK)
def scan_changed() -> None:
    """What was noted meanwhile may have found this job still in the queue, and asked for no other: so ask for it."""
    bursts.scan_changed(clock.now())
    if bursts.anything_changed():
        bursts.ask_to_scan()


@app.periodic(cron="23 * * * *")
@app.task(name="early_warning.scan", queue="housekeeping", queueing_lock="early_warning.scan")
def scan(timestamp: int) -> None:
    """Every hour, in case a publication was not heard or a period was cut off with nothing arriving."""
    services.scan(clock.now())
