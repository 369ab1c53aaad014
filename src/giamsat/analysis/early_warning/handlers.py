"""What this room hears. Noting a change twice does no harm."""

from datetime import datetime

from giamsat.analysis.early_warning import bursts
from giamsat.analysis.warehouse.events import FiguresPublished
from giamsat.foundation.outbox.services import on


@on(FiguresPublished)
def look_at_what_changed(event: FiguresPublished, *, event_id: int, at: datetime) -> None:
    """Have those of the newest periods scanned that the publication touched."""
    changed = {str(period_key) for _, period_key, _ in event.changed}
    bursts.note(changed, years=event.years, event_id=event_id, at=at)
