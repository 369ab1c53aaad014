"""What points compile for all below them by kind, content, position and source, from what was done there."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from giamsat.config.demo import shares
from giamsat.config.demo.country_figures import Figures, sum_by_parent
from giamsat.config.demo.figures import SCALED
from giamsat.config.demo.parts import Parts, divided, overlapping
from giamsat.config.demo.shares import Shares
from giamsat.lib.periods import Period

OVERLAPPING = ("vio", "content")
COUNTING_PERSONS = (
    "B07",
    "B09",
    "B10",
    "B11",
    "C05",
    "C07",
    "C09",
    "D06",
    "D08",
    "D10",
    "G04",
    "G06",
    "G11",
    "G13",
    "H16",
)


@dataclass
class Compiled:
    """Drawn when asked for, after all mistakes stand in the figures; the same for the same country."""

    figures: Figures
    drawn: dict[str, Parts] = field(default_factory=dict)

    def cells(self, keys: Sequence[str], period: Period) -> np.ndarray:
        """Points × cells."""
        months = self.figures.points.bodies.months_of(period.year, period.reach)
        return np.column_stack([self._cell(key, months) for key in keys])

    def _cell(self, key: str, months: np.ndarray) -> np.ndarray:
        code, _, part = key.partition(".")
        dimension, _, value = part.partition("=")
        if f"{code}.{dimension}" not in self.drawn:
            self.drawn[f"{code}.{dimension}"] = self._draw(code, dimension)
        parts = self.drawn[f"{code}.{dimension}"]
        if value not in parts.values:
            return np.zeros(len(self.figures.points.bodies))
        figures = parts.figures[..., parts.values.index(value)]
        whole = (
            figures[:, months].sum(axis=1) if code in self.figures.points.flows else figures[:, months[-1]]
        )
        return whole / SCALED.get(code, 1)

    def _draw(self, code: str, dimension: str) -> Parts:
        rng = np.random.default_rng(zlib.crc32(f"{code}.{dimension}".encode()))
        way = overlapping if dimension in OVERLAPPING else divided
        by, whole = _shares(code, dimension), self._of_all(code)
        if code in self.figures.points.flows:
            return way(whole, by, rng)
        # what there is changes little from month to month, and so do its parts: by what is new or gone
        first, changes = whole[:, :1], np.diff(whole, axis=1)
        steps = [way(np.maximum(each, 0), by, rng) for each in (first, changes, -changes)]
        figures = np.concatenate([steps[0].figures, steps[1].figures - steps[2].figures], axis=1).cumsum(
            axis=1
        )
        return Parts(steps[0].values, figures)

    def _of_all(self, code: str) -> np.ndarray:
        """Points × months: their own and that of all below them."""
        points, communes = self.figures.points, self.figures.communes
        own, below = (book.monthly(code) for book in (points, communes))
        return (own + sum_by_parent(self.figures.population, below)).astype(np.int64)


def _shares(code: str, dimension: str) -> Shares:
    persons = code in COUNTING_PERSONS
    if dimension == "vio":
        return shares.MEMBERS_BY_CONTENT if persons else shares.ORGANISATIONS_BY_CONTENT
    if dimension == "form":
        return shares.MEMBERS_BY_FORM if persons else shares.ORGANISATIONS_BY_FORM
    return {
        "type": shares.TYPES["communes"],
        "content": shares.CONTENTS,
        "pos": shares.INSPECTED_BY_POSITION,
        "subj": shares.TRANSFERRED,
        "src": shares.SOURCES,
        "channel": shares.WAYS_OF_SUPERVISION,
    }[dimension]
