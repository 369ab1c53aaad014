"""What must be seen on the practice day, and how the figures are bent so that it is.

The day is 01/10/2026, in the middle of consolidating nine months. Which units play a part is arbitrary.
"""

from datetime import UTC, date, datetime

import numpy as np

from giamsat.config.demo.bodies import Bodies
from giamsat.config.demo.magnitudes import ACTIVITY_SEASON

SEED = 20261001
OPENS_AT = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)  # 08:30 at home
OPENS_ON = date(2026, 10, 1)

OUT_OF_LINE_POINT = "40"  # its members inspected in September are about three times its usual
OUT_OF_LINE_MONTH = (2026, 9)
BEHIND_POINT = "91"  # behind its path since spring
FALLING_BEHIND_POINT = "12"  # on its path until August, behind with September, once all is in
WALK_PROVINCE = "12"

PERFECT_POINTS = ("46", "19")
LATE_POINTS = ("52", "80")  # chronically late; nine months not yet in
RETURNED_POINTS = ("44", "82")  # nine months sent back for correction

TARGET_PER_THOUSAND = 30  # members inspected in a year, definitions/targets
ON_PATH = 0.97  # of the path, at the least, by everybody who is not to be seen behind it


def pace(bodies: Bodies, base: str) -> np.ndarray | float:
    """How far each unit's work of a month departs from its usual; one means not at all."""
    if bodies.name == "former" or base not in ("B02", "B07"):
        return 1.0
    own = np.ones((len(bodies), len(bodies.months)))
    points = np.array(bodies.codes if bodies.name == "points" else bodies.parents)
    year, month = OUT_OF_LINE_MONTH
    own[np.ix_(points == BEHIND_POINT, bodies.month_years == year)] = 0.68
    if base == "B07":
        peak = (bodies.month_years == year) & (bodies.month_numbers == month)
        own[np.ix_(points == OUT_OF_LINE_POINT, peak)] = 3.1
    return own


def flash_bodies(bodies: Bodies, point: str) -> np.ndarray:
    """Those under a point that file the monthly flash."""
    inside = bodies.of(point)
    return inside[bodies.territorial[inside]]


def pinned(bodies: Bodies, base: str) -> dict[tuple[str, int], int]:
    """Sums fixed beforehand, by point and place of the month: chance must not undo what has to be seen."""
    if base != "B07" or bodies.name != "communes":
        return {}
    sums = {}
    for point, share in {FALLING_BEHIND_POINT: 0.95, BEHIND_POINT: 0.70}.items():
        members = bodies.members[flash_bodies(bodies, point)].sum()
        for place, (year, month) in enumerate(bodies.months):
            if year == OPENS_ON.year:
                idle = point == FALLING_BEHIND_POINT and month == OUT_OF_LINE_MONTH[1]
                sums[point, place] = round(_due(members, month) * (0.1 if idle else share))
    return sums


def keep_on_path(bodies: Bodies, inspected: np.ndarray, rng: np.random.Generator) -> None:
    """Add what the other points lack of their year's path: who is behind is said here, and not by chance."""
    year = bodies.months_of(OPENS_ON.year, OPENS_ON.month - 1)
    due = sum(_due(1.0, int(bodies.month_numbers[place])) for place in year)
    for point in sorted(set(bodies.parents) - {FALLING_BEHIND_POINT, BEHIND_POINT}):
        inside = flash_bodies(bodies, point)
        done = inspected[np.ix_(inside, year)]
        lacking = round(ON_PATH * due * bodies.members[inside].sum() - done.sum())
        if lacking > 0 and done.sum():
            chances = done.ravel() / done.sum()
            inspected[np.ix_(inside, year)] += rng.multinomial(lacking, chances).reshape(done.shape)


def _due(members: float, month: int) -> float:
    """How many members a body of this size inspects in a month when it keeps to the path."""
    return TARGET_PER_THOUSAND * members / 1000 * ACTIVITY_SEASON[month - 1]
