"""What every body did in every month: seeded draws, most of them parts of other draws.

Counts of a body are negative binomial around its share of the whole country's month; whatever is "of which"
something else is a binomial part of it. So every relation that a rule checks holds month by month, level by
level, and therefore for every cumulative figure, every total and every consolidation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from giamsat.config.demo import magnitudes as size
from giamsat.config.demo import scenario
from giamsat.config.demo.bodies import Bodies

Increments = dict[str, np.ndarray]  # indicator → bodies × months × levels, whole numbers (B01: as it stood)

AMOUNT_SCALE = 10  # D13 is drawn in tenths of a million đồng
OWN_HABIT = {"former": 40.0, "points": 60.0, "communes": 7.0}  # gamma shape: the larger, the more alike
OWN_YEAR = 25.0
PROVINCE_SPREAD = {"former": 0.15, "points": 0.05, "communes": 0.05}


def draw(bodies: Bodies, rng: np.random.Generator) -> Increments:
    """Every flow of one group of bodies."""
    one = Draw(bodies, rng, _habits(bodies, rng))
    made: Increments = {}
    for base in size.YEARLY:
        if base[0] not in "KL" or base == "L15":
            made[base] = one.count(base)
    made["B01"] = _programme(one)
    for part, (whole, _) in size.SHARES.items():
        share = np.array([size.share(part, int(year)) for year in bodies.month_years])
        made[part] = rng.binomial(made[whole], share[None, :, None])
    for part, ((whole, done), of_rest) in size.REMAINDERS.items():
        made[part] = rng.binomial(made[whole] - made[done], of_rest)
    made["B12"] = rng.binomial(made["B04"] + made["B09"], 0.02)
    made["D13"] = _amounts(made["D02"] + made["D08"], rng)
    _discipline_of_organisations(one, made)
    _discipline_of_members(one, made)
    return made


@dataclass(frozen=True)
class Draw:
    """One group of bodies, its source of chance, and each body's share of the group's work."""

    bodies: Bodies
    rng: np.random.Generator
    habits: np.ndarray

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


def _programme(draw: Draw) -> np.ndarray:
    """B01, the year's programme: a usual year's work, known since January. Every body plans something."""
    bodies, habits, rng = draw.bodies, draw.habits, draw.rng
    planned = np.zeros((len(bodies), len(bodies.months), len(bodies.levels)), dtype=np.int64)
    levels = np.array(size.level_shares("B02"))[bodies.level_places]
    for year in np.unique(bodies.month_years):
        months = bodies.month_years == year
        # bodies of 2025 that begin in July plan only for the rest of that year
        part = sum(size.season("B02")[bodies.month_numbers[months][0] - 1 :])
        usual = habits[:, None] * size.yearly("B02", int(year)) * part * levels
        usual = usual * rng.lognormal(0, 0.06, usual.shape)
        plan = np.floor(usual + rng.random(usual.shape))
        plan[:, 0] += plan.sum(axis=1) == 0
        planned[:, months] = plan[:, None, :]
    return planned


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


def _amounts(cases: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Money to be recovered, in tenths of a million: some cases have it, most do not."""
    with_money = rng.binomial(cases, 0.04)
    each = rng.lognormal(5.4, 1.0, cases.shape)
    return np.rint(with_money * each * AMOUNT_SCALE).astype(np.int64)


def _rest(base: str, year: int, parts: tuple[str, ...]) -> float:
    """The country's yearly figure of a total beyond the parts that are drawn already."""
    return max(0.0, size.yearly(base, year) - sum(_national(part, year) for part in parts))


def _national(part: str, year: int) -> float:
    if part in size.YEARLY:
        return size.yearly(part, year)
    return size.share(part, year) * _national(size.SHARES[part][0], year)


def _discipline_of_organisations(draw: Draw, made: Increments) -> None:
    made["K05"] = (
        made["B06"] + made["C04"] + draw.count("K05", lambda year: _rest("K05", year, ("B06", "C04")))
    )
    made["K06"] = made["D04"] + draw.count("K06", lambda year: _rest("K06", year, ("D04",)))
    made["K01"] = made["K05"] + made["K06"]
    forms = draw.rng.multinomial(made["K01"], size.ORGANISATIONS_DISCIPLINED)
    made["K02"], made["K03"], made["K04"] = np.moveaxis(forms, -1, 0)


def _discipline_of_members(draw: Draw, made: Increments) -> None:
    rng = draw.rng
    lower = made["B11"] + made["C09"] + draw.count("L07", lambda year: _rest("L07", year, ("B11", "C09")))
    at_cells = np.array([size.CELL_SHARE if level == "lvl=CS" else 0.0 for level in draw.bodies.levels])
    made["L06"] = rng.binomial(lower, at_cells)
    made["L07"] = lower - made["L06"]
    made["L08"] = made["D10"] + draw.count("L08", lambda year: _rest("L08", year, ("D10",)))
    forms = rng.multinomial(lower, size.MEMBERS_DISCIPLINED["committees"])
    forms += rng.multinomial(made["L08"], size.MEMBERS_DISCIPLINED["commissions"])
    made["L02"], made["L03"], made["L04"], made["L05"] = np.moveaxis(forms, -1, 0)
    made["L01"] = lower + made["L08"]
    for part, share in size.OF_DISCIPLINED.items():
        made[part] = rng.binomial(made["L01"], share)
    made["L10"] = rng.binomial(made["L02"] + made["L03"], size.PROBATIONARY_SHARE)
