"""What this room tells the others, after the fact."""

from dataclasses import dataclass
from typing import ClassVar

from giamsat.foundation.outbox.events import Event


@dataclass(frozen=True)
class ScoreObjected(Event):
    """A unit objects to a part of a score."""

    name: ClassVar[str] = "quality.score_objected"
    objection_id: int
    unit_id: int


@dataclass(frozen=True)
class ObjectionAnswered(Event):
    """The level above has answered an objection."""

    name: ClassVar[str] = "quality.objection_answered"
    objection_id: int
    unit_id: int
