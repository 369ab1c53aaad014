"""Panels drawn for tests: forty bodies of unlike size over a year, nothing wrong unless planted."""

from dataclasses import replace

import numpy as np

from giamsat.analysis.early_warning.detectors.base import Panel

MONTHS = tuple(f"2026-M{month:02}" for month in range(1, 13))
SEASON = np.array([2, 3.5, 4.5, 7, 8, 9, 10, 10.7, 11.3, 13, 12, 9]) / 100


def quiet(seed=0, units=40, rate=0.03, unlike=0.15):
    """Negative binomial counts around a season that all share."""
    draw = np.random.default_rng(seed)
    members = np.rint(draw.lognormal(11, 0.7, units))
    habit = draw.gamma(1 / unlike**2, unlike**2, units)
    mean = rate * members[:, None] * SEASON * habit[:, None]
    counts = draw.poisson(mean * draw.gamma(100, 0.01, mean.shape)).astype(float)
    return Panel("B07", np.arange(units) + 100, MONTHS, counts, members, np.ones(counts.shape, dtype=bool))


def on_path(seed=0, units=40, final=30.0):
    """Cumulative members inspected per thousand, a little above the path of a target."""
    draw = np.random.default_rng(seed)
    base = quiet(seed, units)
    path = final * np.cumsum(SEASON)
    counted = np.cumsum(draw.poisson(base.members[:, None] / 1000 * final * SEASON * 1.1), axis=1).astype(
        float
    )
    return with_standing(
        replace(
            base,
            subject="T01",
            values=1000 * counted / base.members[:, None],
            counted=counted,
            due=path,
            final=final,
        )
    )


def with_standing(panel):
    """Give every unit the word that the target's rule would give it."""
    newest, due = panel.values[:, -1], panel.due[-1]
    words = tuple("CHAM" if value < 0.9 * due else "TRONG_KE_HOACH" for value in newest)
    return replace(panel, status=words, forecast=(None,) * len(panel))


def planted(panel, place, factor):
    """The same panel with one unit's newest figure multiplied."""
    values = panel.values.copy()
    values[place, -1] = np.rint(values[place, -1] * factor)
    return replace(panel, values=values)


def behind(panel, place, factor):
    """The same panel with one unit far from its path all year."""
    values, counted = panel.values.copy(), panel.counted.copy()
    values[place] *= factor
    counted[place] = np.rint(counted[place] * factor)
    return with_standing(replace(panel, values=values, counted=counted))
