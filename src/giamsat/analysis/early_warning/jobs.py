"""What the worker runs for this room."""

from procrastinate.contrib.django import app

from giamsat.analysis.early_warning import services
from giamsat.lib import clock


@app.periodic(cron="23 * * * *")
@app.task(name="early_warning.scan", queue="housekeeping", queueing_lock="early_warning.scan")
def scan(timestamp: int) -> None:
    """Every hour, in case a publication was not heard or a period was cut off with nothing arriving."""
    services.scan(clock.now())
