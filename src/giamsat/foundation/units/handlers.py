"""What this room hears: its own changes, after which the map is another."""

from datetime import datetime

from giamsat.foundation.outbox.services import on
from giamsat.foundation.units import services
from giamsat.foundation.units.events import UnitsChanged
from giamsat.foundation.units.queries import map_facts


@on(UnitsChanged)
def draw_anew(event: UnitsChanged, *, event_id: int, at: datetime) -> None:
    """A schematic map follows the seats. Official outlines stay as they are until new ones are imported."""
    standing = map_facts()
    if standing is not None and standing.kind == services.SCHEMATIC:
        services.build_schematic()
