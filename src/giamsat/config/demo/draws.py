"""Drawing counts: each body's share of the whole country's month, seeded."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from giamsat.config.demo import magnitudes as size
from giamsat.config.demo import scenario
from giamsat.config.demo.bodies import Bodies

Increments = dict[str, np.ndarray]  # indicator → bodies × months × levels, whole numbers (B01: as it stood)

AMOUNT_SCALE = 10  # amounts are drawn in tenths of a million đồng
OWN_HABIT = {"former": 40.0, "points": 60.0, "communes": 7.0}  # gamma shape: the larger, the more alike
OWN_YEAR = 25.0
PROVINCE_SPREAD = {"former": 0.15, "points": 0.05, "communes": 0.05}


@dataclass(frozen=True)
class Draw:
    """One group of bodies, its source of chance, and each body's share of the group's work."""

    bodies: Bodies
    rng: np.random.Generator
    habits: np.ndarray

    @classmethod
    def of(cls, bodies: Bodies, rng: np.random.Generator) -> "Draw":
        return cls(bodies, rng, _habits(bodies, rng))

    def count(self, base: str, yearly: Callable[[int], float] | None = None) -> np.ndarray:
        """Negative binomial counts of bodies × months × levels around their share of the country's months."""
        bodies, rng = self.bodies, self.rng
        national = yearly or (lambda year: size.yearly(base, year))
        months = np.array([national(year) * size.season(base)[month - 1] for year, month in bodies.months])
        levels = np.array(size.level_shares(base))[bodies.level_places]
        expected = self.habits[:, None, None] * months[None, :, None] * levels
        years, place = np.unique(bodies.month_years, return_inverse=True)
        mood = rng.gamma(OWN_YEAR, 1 / OWN_YEAR, (len(bodies), len(years)))
        mood /= np.average(mood, axis=0, weights=np.maximum(bodies.members, 1))
        expected *= mood[:, place, None]
        if yearly is None:
            expected *= np.broadcast_to(scenario.pace(bodies, base), expected.shape[:2])[..., None]
        counts = rng.poisson(expected)
        for (point, month), total in scenario.pinned(bodies, base).items():
            inside = scenario.flash_bodies(bodies, point)
            chances = expected[inside, month] / expected[inside, month].sum()
            counts[inside, month] = rng.multinomial(total, chances.ravel()).reshape(chances.shape)
        return counts

    def shares(self, made: Increments, groups: str) -> None:
        """Add what is a share of something made already, month by month."""
        for part, (whole, _) in size.SHARES.items():
            if part[0] in groups:
                share = np.array([size.share(part, int(year)) for year in self.bodies.month_years])
                made[part] = self.rng.binomial(made[whole], share[None, :, None])

    def remainders(self, made: Increments, groups: str) -> None:
        """Add what is a share of what others leave."""
        for part, ((whole, *others), share) in size.REMAINDERS.items():
            if part[0] in groups:
                left = made[whole].copy()
                for each in others:
                    left -= made[each]
                made[part] = self.rng.binomial(left, share)

    def amounts(self, cases: np.ndarray, *, with_money: float) -> np.ndarray:
        """Money, in tenths of a million: some cases have it."""
        counted = self.rng.binomial(cases, with_money)
        each = self.rng.lognormal(5.4, 1.0, cases.shape)
        return np.rint(counted * each * AMOUNT_SCALE).astype(np.int64)


def _habits(bodies: Bodies, rng: np.random.Generator) -> np.ndarray:
    """A body's share of its group's work: by members, its province's way and its own; sums to one."""
    shape = OWN_HABIT[bodies.name]
    own = rng.gamma(shape, 1 / shape, len(bodies))
    ways = {parent: rng.lognormal(0, PROVINCE_SPREAD[bodies.name]) for parent in sorted(set(bodies.parents))}
    if bodies.name == "communes":
        parents = np.array(bodies.parents)
        for parent, way in ways.items():
            inside = parents == parent
            weight = bodies.members[inside] * own[inside]
            own[inside] *= way * bodies.members[inside].sum() / max(weight.sum(), 1e-9)
    weight = bodies.members * own
    return weight / max(weight.sum(), 1e-9)
