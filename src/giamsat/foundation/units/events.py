"""What other rooms may hear from this one."""

from dataclasses import dataclass
from typing import ClassVar

from giamsat.foundation.outbox.events import Event


@dataclass(frozen=True)
class UnitsChanged(Event):
    """A change of units was carried out, or taken back."""

    name: ClassVar[str] = "units.changed"
    change_id: int
    undone: bool
