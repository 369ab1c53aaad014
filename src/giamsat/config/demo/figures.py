"""Cells of a form at a period, from what every body did month by month."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from giamsat.config.demo.bodies import Bodies, Population
from giamsat.config.demo.draws import AMOUNT_SCALE, Increments
from giamsat.config.demo.parts import Parts
from giamsat.lib.periods import Period

MONTHLY_GROWTH = 0.0012
STOCKS = (
    "A01",
    "A02",
    "A03",
    "A04",
    "A05",
    "A06",
    "A07",
    "A08",
    "A09",
    "A10",
    "B01",
    "G15",
    "H19",
    "I08",
    "I09",
)
OWN_STAFF = {"A06": 1, "A07": 5, "A08": 3}  # commission, its members and staff
SCALED = dict.fromkeys(("D13", "F07", "F08", "F09"), AMOUNT_SCALE)


@dataclass(frozen=True)
class Book:
    """One group of bodies with everything it did and had."""

    bodies: Bodies
    flows: Increments
    stocks: dict[str, np.ndarray]  # bodies × levels, or bodies × months × levels
    parts: dict[str, Parts]  # of either, by what a total divides into: "L01.pos"

    def levels_at(self, indicator: str, period: Period) -> np.ndarray:
        """Bodies × levels: cumulative since January for a flow, as it stood at the end for a stock."""
        if indicator in self.flows:
            figures = self._to_date(self.flows[indicator], period)
            return figures / SCALED[indicator] if indicator in SCALED else figures
        return self._at_end(self.stocks[indicator], period)

    def part_at(self, indicator: str, dimension: str, value: str, period: Period) -> np.ndarray | float:
        """One part of a total for each body, likewise; nothing where none of the group ever has it."""
        parts = self.parts[f"{indicator}.{dimension}"]
        if value not in parts.values:
            return 0.0
        figures = parts.figures[..., parts.values.index(value)][..., None]
        return (self._to_date if indicator in self.flows else self._at_end)(figures, period)[:, 0]

    def _to_date(self, figures: np.ndarray, period: Period) -> np.ndarray:
        return figures[:, self.bodies.months_of(period.year, period.reach)].sum(axis=1)

    def _at_end(self, figures: np.ndarray, period: Period) -> np.ndarray:
        last = self.bodies.months_of(period.year, period.reach)[-1]
        return figures[:, last] if figures.ndim == 3 else figures

    def knows(self, indicator: str) -> bool:
        return indicator in self.flows or indicator in self.stocks

    def cells(self, keys: Sequence[str], period: Period) -> np.ndarray:
        """Bodies × cells in the order of ``keys`` ("D01", "D01.lvl=XA"); NaN where nothing is known."""
        out = np.full((len(self.bodies), len(keys)), np.nan)
        kept: dict[str, np.ndarray] = {}
        for column, key in enumerate(keys):
            indicator, _, part = key.partition(".")
            if not self.knows(indicator):
                continue
            dimension, _, value = part.partition("=")
            if dimension not in ("", "lvl"):
                out[:, column] = self.part_at(indicator, dimension, value, period)
                continue
            if indicator not in kept:
                kept[indicator] = self.levels_at(indicator, period)
            if not part:
                out[:, column] = kept[indicator].sum(axis=1)
            elif part in self.bodies.levels:
                out[:, column] = kept[indicator][:, self.bodies.levels.index(part)]
            else:
                out[:, column] = 0
        return np.round(out, 4)


def stocks(bodies: Bodies, population: Population, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Group A and G15: what there is, not what was done. A point's own report holds its apparatus only."""
    if bodies.name == "points":
        return _apparatus(bodies, population)
    members = bodies.members
    cells = np.maximum(3, np.rint(members / rng.normal(16.5, 1.5, len(bodies)).clip(11, 24))).astype(np.int64)
    grassroots = np.maximum(1, rng.binomial(cells, 0.35))
    commissions = 1 + rng.binomial(grassroots, 0.3)
    whole = {
        "A01": cells,
        "A02": grassroots,
        "A03": cells - grassroots,
        "A04": members,
        "A05": cells * 3 + 20,
        "A06": commissions,
        "A07": 4 + 3 * commissions,
        "A08": 3 + rng.integers(0, 3, len(bodies)),
        "A09": np.maximum(5, members // 12),
        "A10": grassroots,
    }
    made = {code: _with_first(bodies, values, OWN_STAFF.get(code, 0)) for code, values in whole.items()}
    made["A04"] = _growing(bodies, members)
    made["G15"] = _split(bodies, rng.binomial(cells, 0.93), rng)
    return made


def _apparatus(bodies: Bodies, population: Population) -> dict[str, np.ndarray]:
    parents = np.array(population.communes.parents)
    below = np.array([(parents == code).sum() for code in bodies.codes])
    whole = {
        "A01": below, "A02": below * 0, "A03": below * 0, "A04": below * 0, "A05": below * 0 + 60,
        "A06": below * 0 + 1, "A07": below * 0 + 12, "A08": below * 0 + 34, "A09": below * 0 + 420,
        "A10": below, "G15": below,
    }  # fmt: skip
    return {code: values[:, None].astype(np.int64) for code, values in whole.items()}


def _with_first(bodies: Bodies, values: np.ndarray, own: int) -> np.ndarray:
    """``own`` of them are the body's own, on its first level; the rest is below it."""
    out = np.zeros((len(bodies), len(bodies.levels)), dtype=np.int64)
    out[:, 0] = np.minimum(values, own)
    out[:, -1] += values - out[:, 0]
    return out


def _growing(bodies: Bodies, members: np.ndarray) -> np.ndarray:
    growth = 1 + MONTHLY_GROWTH * (np.arange(len(bodies.months)) - len(bodies.months) + 1)
    out = np.zeros((len(bodies), len(bodies.months), len(bodies.levels)), dtype=np.int64)
    out[:, :, -1] = np.rint(members[:, None] * growth)
    return out


def _split(bodies: Bodies, values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    out = np.zeros((len(bodies), len(bodies.levels)), dtype=np.int64)
    out[:, 0] = rng.binomial(values, 0.3)
    out[:, -1] += values - out[:, 0]
    return out
