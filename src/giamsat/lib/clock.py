"""What time it is in the house.

Only views, jobs, handlers and commands ask; services are told. A practice country opens on its own day:
``GIAMSAT_CLOCK_SHIFT_SECONDS`` moves the clock of every process by the same amount, and screens say so.
"""

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHIFT_VARIABLE = "GIAMSAT_CLOCK_SHIFT_SECONDS"
HOME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def shift() -> timedelta:
    """How far this house's clock stands from the machine's; zero outside practice."""
    return timedelta(seconds=float(os.environ.get(SHIFT_VARIABLE, "0")))


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) + shift()


def today() -> date:
    """The present day where the house stands."""
    return day_of(now())


def day_of(at: datetime) -> date:
    """On which day something happened, where the house stands; ``at`` is aware."""
    return at.astimezone(HOME_ZONE).date()


def stamp(at: datetime) -> str:
    """An instant as both languages write it, where the house stands: 23/11/2026 14:05; ``at`` is aware."""
    return f"{at.astimezone(HOME_ZONE):%d/%m/%Y %H:%M}"
