"""What the warehouse listens for: anything that changes which figures are in force, or how settled they are."""

from datetime import datetime

from giamsat.analysis.warehouse import services
from giamsat.foundation.outbox.services import on
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.events import UnitsChanged
from giamsat.intake.observations.events import (
    AcceptanceTakenBack,
    ReportAccepted,
    ReportReturned,
    ReportsAccepted,
    ReportsMoved,
)


@on(ReportAccepted)
@on(ReportReturned)
@on(AcceptanceTakenBack)
def report_changed(
    event: ReportAccepted | ReportReturned | AcceptanceTakenBack, *, event_id: int, at: datetime
) -> None:
    services.note([event.report_id], event_id=event_id, at=at)


@on(ReportsAccepted)
@on(ReportsMoved)
def reports_changed(event: ReportsAccepted | ReportsMoved, *, event_id: int, at: datetime) -> None:
    services.note(event.report_ids, event_id=event_id, at=at)


@on(UnitsChanged)
def others_owe(event: UnitsChanged, *, event_id: int, at: datetime) -> None:
    """Where figures were published already of periods that now others owe, who owes them is read anew."""
    years = services.years_owed_otherwise(units.change(event.change_id).on)
    if years:
        services.ask_to_renew(years[0])
