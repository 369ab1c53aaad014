"""What every detector is given and gives back. No database, no clock, no chance: same panel, same answer."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

FEWEST_MEMBERS = 10  # a body with fewer is never judged: its figures are persons

HIGH, LOW = "high", "low"


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One figure of units of one kind over periods of one kind, oldest first; the last is under test.

    ``values`` are increments for flows, standings for targets; NaN where nothing is known. ``complete`` says
    where everybody who owed a report had it accepted: other figures are not compared. ``due`` and ``status``
    are there for targets only, ``counted`` says how many occurrences a value rests on. ``year_so_far`` is the
    cumulative figure under the newest increment, NaN where that is all there is.
    """

    subject: str
    unit_ids: np.ndarray
    period_keys: tuple[str, ...]
    values: np.ndarray
    members: np.ndarray
    complete: np.ndarray
    counted: np.ndarray | None = None
    due: np.ndarray | None = None
    final: float | None = None
    status: tuple[str, ...] = ()
    forecast: tuple[Mapping[str, float | str] | None, ...] = ()
    year_so_far: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.unit_ids)

    @property
    def period_key(self) -> str:
        return self.period_keys[-1]

    def judgeable(self) -> np.ndarray:
        """Units whose newest figure is known, complete, and not of a handful of persons."""
        known = np.isfinite(self.values[:, -1]) & self.complete[:, -1]
        return known & (self.members >= FEWEST_MEMBERS)


@dataclass(frozen=True, slots=True)
class Signal:
    """One figure that deserves a look, with everything the evidence needs."""

    unit_id: int
    direction: str
    value: float
    expected: float
    band: tuple[float, float]
    score: float
    chance: float
    own_history: dict[str, Any] | None
    peers: dict[str, Any] | None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Silence:
    """A unit that was not judged, and why: refused, not guessed."""

    unit_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    signals: list[Signal]
    silent: list[Silence]
    judged: int

    @property
    def silences(self) -> dict[str, int]:
        """How many units were not judged, by reason."""
        reasons = [each.reason for each in self.silent]
        return {reason: reasons.count(reason) for reason in sorted(set(reasons))}


class Detector(ABC):
    """A pure rule from a panel to signals. ``settings`` come from its definition file."""

    name: ClassVar[str]
    defaults: ClassVar[Mapping[str, float]] = {}

    def __init__(self, settings: Mapping[str, float] | None = None) -> None:
        unknown = set(settings or {}) - set(self.defaults)
        if unknown:
            raise ValueError(f"{self.name} has no setting {', '.join(sorted(unknown))}")
        self.settings = {**self.defaults, **(settings or {})}

    @abstractmethod
    def look(self, panel: Panel) -> Outcome:
        """Judge the newest figure of every unit."""

    def unfit(self, panel: Panel) -> list[Silence]:
        """Why a unit's newest figure is not judged at all."""
        silent = []
        for place in np.flatnonzero(~panel.judgeable()):
            if not np.isfinite(panel.values[place, -1]):
                reason = "no_figure"
            elif panel.members[place] < FEWEST_MEMBERS:
                reason = "fewer_than_ten_members"
            else:
                reason = "reports_missing"
            silent.append(Silence(int(panel.unit_ids[place]), reason))
        return silent
