"""What the worker runs for this room."""

from datetime import timedelta

from procrastinate.contrib.django import app

from giamsat.foundation.access import services
from giamsat.lib import clock

KEPT_DAYS = 730


@app.periodic(cron="29 3 * * *")
@app.task(name="access.forget_old_sign_ins", queue="housekeeping", queueing_lock="access.forget_old_sign_ins")
def forget_old_sign_ins(timestamp: int) -> None:
    now = clock.now()
    services.forget_old_sign_ins(before=now - timedelta(days=KEPT_DAYS), at=now)
