"""Pure decisions about dates: when figures are cut off, and which day is so many working days later."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from workalendar.core import Calendar as SolarCalendar
from workalendar.core import LunarMixin

from giamsat.lib.periods import Period


class WorkingDays(LunarMixin, SolarCalendar):
    """Days worked by a reporting calendar: weekends, solar and lunar holidays, days decided each year."""

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__()
        self.settings = settings
        self.days_on = frozenset(_days(settings.get("days_on", [])))

    def get_weekend_days(self) -> tuple[int, ...]:
        return tuple(self.settings.get("weekend", [5, 6]))

    def holidays(self, year: int | None = None) -> list[tuple[date, str]]:
        return _holidays(self, year or date.min.year)

    def is_working_day(self, day: date, extra_working_days: Any = None, extra_holidays: Any = None) -> bool:
        if day in self.days_on:
            return True
        return day.weekday() not in self.get_weekend_days() and day not in _off(self, day.year)

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day; the day itself when nothing is allowed for."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day


@lru_cache(maxsize=64)
def _off(calendar: WorkingDays, year: int) -> frozenset[date]:
    return frozenset(day for day, _ in _holidays(calendar, year))


def _holidays(calendar: WorkingDays, year: int) -> list[tuple[date, str]]:
    settings = calendar.settings
    solar = [date(year, *_month_day(text)) for text in settings.get("solar", [])]
    lunar = [calendar.lunar(year, *_month_day(text)) for text in settings.get("lunar", [])]
    if settings.get("lunar_new_year_eve"):
        lunar.append(calendar.lunar(year, 1, 1) - timedelta(days=1))
    single = [day for day in _days(settings.get("days_off", [])) if day.year == year]
    return sorted((day, "") for day in {*solar, *lunar, *single})


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _days(texts: list[Any]) -> list[date]:
    return [day if isinstance(day, date) else date.fromisoformat(day) for day in texts]


def cut_off(period: Period, cut_offs: dict[str, dict[str, int]]) -> date | None:
    """The day on which a period's figures are cut off; None when the calendar does not know its kind."""
    rule = cut_offs.get(period.kind)
    if rule is None:
        return None
    month = rule.get("month", period.reach)
    return date(period.year, month, rule["day"])
