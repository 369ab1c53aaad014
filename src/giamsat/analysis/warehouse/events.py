"""What the warehouse tells."""

from dataclasses import dataclass, field
from typing import ClassVar

from giamsat.foundation.outbox.events import Event


@dataclass(frozen=True)
class FiguresPublished(Event):
    """A new generation can be read.

    ``changed`` lists [unit id, period key, form code]; when a year was written anew it stands in ``years`` instead.
    """

    name: ClassVar[str] = "warehouse.figures_published"

    generation: int
    changed: list[list[int | str]] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
