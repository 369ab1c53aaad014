"""What this room tells."""

from dataclasses import dataclass
from typing import ClassVar

from giamsat.foundation.outbox.events import Event


@dataclass(frozen=True)
class WarningRaised(Event):
    """A detector found a figure that deserves a look."""

    name: ClassVar[str] = "early_warning.warning_raised"
    warning_id: int
    unit_id: int
    detector: str
    subject: str
    period_key: str
    small_cell: bool


@dataclass(frozen=True)
class ExplanationRequested(Event):
    name: ClassVar[str] = "early_warning.explanation_requested"
    request_id: int
    warning_id: int
    unit_id: int
    due_on: str


@dataclass(frozen=True)
class ExplanationAnswered(Event):
    name: ClassVar[str] = "early_warning.explanation_answered"
    request_id: int
    warning_id: int
    unit_id: int


@dataclass(frozen=True)
class ExplanationReturned(Event):
    """The answer was not enough; the unit is asked once more."""

    name: ClassVar[str] = "early_warning.explanation_returned"
    request_id: int
    warning_id: int
    unit_id: int
    due_on: str


@dataclass(frozen=True)
class WarningClosed(Event):
    """A person decided: dismissed, or explained."""

    name: ClassVar[str] = "early_warning.warning_closed"
    warning_id: int
    unit_id: int
    verdict: str
