"""Who acts in the practice country, as arrays.

Until June 2025 the 63 former provinces stand for everything inside them. Since July 2025 points act for
themselves, and communes and committees without territory for what happens inside them. Withheld points act
too, but nothing of theirs is ever made, shown or guessed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from giamsat.config.demo.magnitudes import FORMER_LEVELS, LEVELS

FORMER_VINTAGE = "2004-2025"
PRESENT_VINTAGE = "2025-07"
MONTHS = tuple((year, month) for year in range(2021, 2027) for month in range(1, 13))
FORMER_MONTHS = tuple(month for month in MONTHS if month < (2025, 7))
PRESENT_MONTHS = tuple(month for month in MONTHS if (2025, 7) <= month < (2026, 10))


class UnitRow(NamedTuple):
    """What the generator needs to know of a unit."""

    code: str
    vintage: str
    parent: str
    level: int
    members: int
    withheld: bool = False


@dataclass(frozen=True)
class Bodies:
    """Units that report the same columns over the same months, in the order of their codes."""

    name: str
    vintage: str
    codes: tuple[str, ...]
    parents: tuple[str, ...]
    members: np.ndarray
    levels: tuple[str, ...]
    months: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def place(self) -> dict[str, int]:
        return {code: number for number, code in enumerate(self.codes)}

    @cached_property
    def level_places(self) -> list[int]:
        """Where this group's columns stand among the three levels of today."""
        known = FORMER_LEVELS if self.name == "former" else LEVELS
        return [known.index(level) for level in self.levels]

    @cached_property
    def territorial(self) -> np.ndarray:
        """Which bodies have a territory; only those file the monthly flash."""
        return np.array(["." not in code for code in self.codes])

    @cached_property
    def month_years(self) -> np.ndarray:
        return np.array([year for year, _ in self.months])

    @cached_property
    def month_numbers(self) -> np.ndarray:
        return np.array([month for _, month in self.months])

    def months_of(self, year: int, reach: int) -> np.ndarray:
        """Positions of the months of a year up to and including ``reach``."""
        return np.flatnonzero((self.month_years == year) & (self.month_numbers <= reach))

    def of(self, parent: str) -> np.ndarray:
        """Positions of the bodies directly under a unit."""
        return np.flatnonzero(np.array(self.parents) == parent)


@dataclass(frozen=True)
class Population:
    former: Bodies
    points: Bodies
    communes: Bodies

    @property
    def groups(self) -> tuple[Bodies, Bodies, Bodies]:
        return self.former, self.points, self.communes


def population(rows: Iterable[UnitRow]) -> Population:
    """Sort the tree into the three groups that act. Rows below the commune level are inside their commune."""
    rows = sorted((row for row in rows if not row.withheld), key=lambda row: row.code)
    present = [row for row in rows if row.vintage == PRESENT_VINTAGE]
    points = [row for row in present if row.level == 1]
    shown = {row.code for row in points}
    communes = [row for row in present if row.level == 2 and row.parent in shown]
    former = [row for row in rows if row.vintage == FORMER_VINTAGE and row.level == 1]
    return Population(
        former=_bodies("former", former, FORMER_LEVELS, FORMER_MONTHS),
        points=_bodies("points", points, LEVELS[:1], PRESENT_MONTHS),
        communes=_bodies("communes", communes, LEVELS[1:], PRESENT_MONTHS),
    )


def _bodies(
    name: str, rows: Sequence[UnitRow], levels: tuple[str, ...], months: tuple[tuple[int, int], ...]
) -> Bodies:
    return Bodies(
        name=name,
        vintage=rows[0].vintage if rows else "",
        codes=tuple(row.code for row in rows),
        parents=tuple(row.parent for row in rows),
        members=np.array([row.members or 0 for row in rows], dtype=np.int64),
        levels=levels,
        months=months,
    )
