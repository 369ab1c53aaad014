"""What this room tells the others."""

from dataclasses import dataclass

from giamsat.foundation.outbox.events import Event


@dataclass(frozen=True)
class AccessChanged(Event):
    """Someone's rights are no longer what they were: what is open on their screens must be asked for again."""

    name = "access.changed"
    account_id: int
