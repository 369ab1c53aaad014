"""One scan for a burst of publications: what changed is noted, and looked at together a few seconds later."""

from collections.abc import Collection
from datetime import datetime

from giamsat.analysis.early_warning.models import ChangedFigures, Warning
from giamsat.analysis.early_warning.scanning import periods_worth_asking, scan
from giamsat.foundation.outbox import services as outbox
from giamsat.lib.periods import Period

TASK = "early_warning.scan_changed"
QUEUE = "housekeeping"
PAUSE_SECONDS = 3  # a scan costs as much after one report as after hundreds


def note(changed: Collection[str], *, years: Collection[int], event_id: int, at: datetime) -> None:
    """Remember which of the newest periods were touched, and have them scanned; others are not worth a question."""
    worth = [each.key for each in periods_worth_asking(at) if each.key in changed or each.year in years]
    if not worth:
        return
    ChangedFigures.objects.bulk_create(
        [ChangedFigures(event_id=event_id, period_key=key) for key in worth], ignore_conflicts=True
    )
    ask_to_scan()


def ask_to_scan() -> None:
    """Queue one scan; when one is queued already, that one will see this change too."""
    outbox.queue_once(TASK, QUEUE, delay=PAUSE_SECONDS)


def scan_changed(at: datetime) -> list[Warning]:
    """Look at every period noted until now. Forgotten only afterwards: a scan that fails leaves its news."""
    news = list(ChangedFigures.objects.values_list("pk", "period_key"))
    if not news:
        return []
    raised = scan(at, periods={Period.parse(key) for _, key in news})
    ChangedFigures.objects.filter(pk__in=[pk for pk, _ in news]).delete()
    return raised


def anything_changed() -> bool:
    return ChangedFigures.objects.exists()
