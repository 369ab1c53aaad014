"""What the worker runs for this room."""

from procrastinate.contrib.django import app

from giamsat.foundation.audit import rules, services
from giamsat.lib import clock

KEPT_MONTHS = 24
KEPT_WITH_THEIR_FILE = ["case", "directive", "audit"]


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queue="housekeeping", queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    services.seal_pending(at=clock.now())


@app.periodic(cron="7 * * * *")
@app.task(name="audit.sign_head", queue="housekeeping", queueing_lock="audit.sign_head")
def sign_head(timestamp: int) -> None:
    services.sign_head(at=clock.now())


@app.periodic(cron="43 2 1 * *")
@app.task(name="audit.purge", queue="housekeeping", queueing_lock="audit.purge")
def purge(timestamp: int) -> None:
    now = clock.now()
    services.purge(before=rules.months_before(now, KEPT_MONTHS), kept=KEPT_WITH_THEIR_FILE, at=now)
