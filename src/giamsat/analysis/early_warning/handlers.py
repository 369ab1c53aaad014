"""What this room hears. Scanning again finds nothing new, so hearing twice does no harm."""

from datetime import datetime

from giamsat.analysis.early_warning import services
from giamsat.analysis.early_warning.scanning import periods_worth_asking
from giamsat.analysis.warehouse.events import FiguresPublished
from giamsat.foundation.outbox.services import on


@on(FiguresPublished)
def look_at_what_changed(event: FiguresPublished, *, event_id: int, at: datetime) -> None:
    """Scan those of the newest periods that the publication touched."""
    changed = {str(period_key) for _, period_key, _ in event.changed}
    worth = [
        period for period in periods_worth_asking(at) if period.key in changed or period.year in event.years
    ]
    if worth:
        services.scan(at, periods=worth)
