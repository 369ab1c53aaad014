"""What points reached against targets that no form carries: seeded, near their path, a few behind it."""

from decimal import Decimal

import numpy as np

from giamsat.analysis.indicators.rules import Target
from giamsat.lib.periods import Period

PERIODS = ("2026-Q1", "2026-6M", "2026-9M")
SPREAD = 0.035  # relative, between points that keep to their path
LAGGARDS = 0.06  # share of points well behind on any one target
REGION_BEHIND = ("T11", "NTBTN")  # one region behind on one target, so that the map has something to say


def draw(target: Target, regions: dict[str, str], rng: np.random.Generator) -> dict[tuple[str, str], Decimal]:
    """Values by point code and period, for the periods at which the target is read."""
    codes = sorted(regions)
    lag = np.where(rng.random(len(codes)) < LAGGARDS, rng.uniform(0.70, 0.86, len(codes)), 1.0)
    habit = rng.normal(1.01, SPREAD, len(codes))
    values: dict[tuple[str, str], Decimal] = {}
    for key in PERIODS:
        period = Period.parse(key)
        due = target.due(period)
        if period.kind not in target.period_kinds or due is None:
            continue
        for place, code in enumerate(codes):
            behind = 0.78 if (target.code, regions[code]) == REGION_BEHIND else 1.0
            reached = float(due) * min(habit[place] * lag[place] * behind, _ceiling(target, due))
            values[code, key] = Decimal(f"{reached:.1f}")
    return values


def _ceiling(target: Target, due: Decimal) -> float:
    """A share cannot pass one hundred per cent."""
    final = target.final(2026)
    return float(Decimal(100) / due) if final is not None and final > 60 else 2.0
