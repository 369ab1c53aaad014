"""Where a unit's page is. Codes were used again, so one that is no more is named with its vintage."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from giamsat.lib.periods import Period


def unit_address(unit: Any, period: Period | None = None, *, page: str = "unit") -> str:
    """The page of exactly this unit; of a period, where the page that leads there is of one."""
    asked = {} if unit.valid_to is None else {"vintage": unit.vintage}
    if period is not None:
        asked["period"] = period.key
    address = reverse(f"console:{page}", args=[unit.code])
    return f"{address}?{urlencode(asked)}" if asked else address
