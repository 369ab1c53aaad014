"""When each report came in: in working hours between the cut-off and the due day, or some days after it."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

import numpy as np

from giamsat.lib.clock import HOME_ZONE

OPENING, HOURS = 8, 9
LONGEST_DELAY = 12


def arrivals(
    count: int,
    *,
    cut_off: date,
    due: date,
    late: Collection[int],
    not_after: datetime,
    rng: np.random.Generator,
) -> list[datetime]:
    """One instant for each report; ``late`` are places of those that missed the day."""
    span = max(1, (due - cut_off).days)
    days = 1 + np.floor(span * rng.beta(3, 1.6, count)).clip(0, span - 1).astype(int)
    delay = 1 + rng.geometric(0.3, count).clip(1, LONGEST_DELAY)
    minutes = rng.integers(0, HOURS * 60, count)
    instants = []
    for place in range(count):
        day = (
            due + timedelta(days=int(delay[place]))
            if place in late
            else cut_off + timedelta(days=int(days[place]))
        )
        opening = datetime(day.year, day.month, day.day, OPENING, tzinfo=HOME_ZONE)
        instants.append(min((opening + timedelta(minutes=int(minutes[place]))).astimezone(UTC), not_after))
    return instants
