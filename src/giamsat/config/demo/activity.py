"""What every body did in every month: seeded draws, most of them parts of other draws.

Counts of a body are negative binomial around its share of the whole country's month; whatever is "of which"
something else is a binomial part of it. So every relation that a rule checks holds month by month, level by
level, and therefore for every cumulative figure, every total and every consolidation.
"""

import numpy as np

from giamsat.config.demo import magnitudes as size
from giamsat.config.demo.draws import Draw, Increments


def draw(one: Draw) -> Increments:
    """The flows of inspection, supervision and letters, and the discipline of organisations."""
    made: Increments = {}
    for base in size.YEARLY:
        if base[0] in "BCDGH" or base == "L15":
            made[base] = one.count(base)
    made["B01"] = _programme(one)
    one.shares(made, "BCDGH")
    one.remainders(made, "D")
    made["B12"] = one.rng.binomial(made["B04"] + made["B09"], 0.02)
    made["D13"] = one.amounts(made["D02"] + made["D08"], with_money=0.04)
    _discipline_of_organisations(one, made)
    return made


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


def discipline_members(draw: Draw, made: Increments, denounced: np.ndarray) -> None:
    """Add the flows of group L; ``denounced``: members disciplined after a denunciation."""
    rng = draw.rng
    lower = made["B11"] + made["C09"] + denounced
    lower += draw.count("L07", lambda year: _rest("L07", year, ("B11", "C09")))
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
