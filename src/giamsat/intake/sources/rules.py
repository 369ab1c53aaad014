"""Pure decisions about dates: when figures are cut off, and which day is so many working days later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from lunardate import LunarDate

from giamsat.lib.periods import Period


@dataclass(frozen=True)
class WorkingDays:
    """Days worked by a reporting calendar: weekends, solar and lunar holidays, days decided each year."""

    weekend: tuple[int, ...] = (5, 6)
    solar: tuple[str, ...] = ()
    lunar: tuple[str, ...] = ()
    lunar_new_year_eve: bool = False
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()

    @classmethod
    def of(cls, settings: dict[str, Any]) -> "WorkingDays":
        """From the ``working_days`` of a calendar file."""
        return cls(
            weekend=tuple(settings.get("weekend", (5, 6))),
            solar=tuple(settings.get("solar", ())),
            lunar=tuple(settings.get("lunar", ())),
            lunar_new_year_eve=settings.get("lunar_new_year_eve", False),
            days_off=frozenset(_days(settings.get("days_off", ()))),
            days_on=frozenset(_days(settings.get("days_on", ()))),
        )

    def holds(self, day: date) -> bool:
        """Whether the day is worked."""
        if day in self.days_on:
            return True
        return day.weekday() not in self.weekend and day not in holidays(self, day.year)

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day; the day itself when nothing is allowed for."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.holds(day)
        return day

    def before(self, day: date, count: int) -> date:
        """The ``count``-th working day before a day; the day itself for none."""
        while count > 0:
            day -= timedelta(days=1)
            count -= self.holds(day)
        return day


@dataclass(frozen=True)
class Reminders:
    """When those who still owe are told: working days before the due day (0: on it), and working days after."""

    before: tuple[int, ...] = (3, 1, 0)
    after: tuple[int, ...] = (1,)

    @classmethod
    def of(cls, settings: dict[str, Any]) -> "Reminders":
        """From the ``reminders`` of a calendar file; ValueError where a day is no whole number from 0 on."""
        chosen = {name: tuple(settings[name]) for name in ("before", "after") if name in settings}
        for day in (day for days in chosen.values() for day in days):
            if not isinstance(day, int) or isinstance(day, bool) or day < 0:
                raise ValueError(f"{day!r} is no number of working days")
        return cls(**chosen)

    def step(self, due_on: date, today: date, working: WorkingDays, *, latest: timedelta) -> int | None:
        """Which of them is due to be told today: -3 is three working days before; None between two or after all.

        One that nobody told on its day, for nothing ran, is told until the next one; what says that a report is due
        never after its due day, and what says that it is late no longer than ``latest`` after its own day.
        """
        begun = [(working.before(due_on, days), -days) for days in self.before]
        begun += [(working.after(due_on, days), days) for days in self.after if days]
        begun = [(on, step) for on, step in begun if on <= today]
        if not begun:
            return None
        on, step = max(begun)
        last = due_on if step <= 0 else on + latest
        return step if today <= last else None


@lru_cache(maxsize=256)
def holidays(calendar: WorkingDays, year: int) -> frozenset[date]:
    """Days of a year that are not worked whatever weekday they are.

    Lunar days follow the calendar of UTC+8; where Vietnam's own differs (2030), single days say so.
    """
    solar = {date(year, *_month_day(text)) for text in calendar.solar}
    lunar = {LunarDate(year, *_month_day(text)).to_solar_date() for text in calendar.lunar}
    if calendar.lunar_new_year_eve:
        lunar.add(LunarDate(year, 1, 1).to_solar_date() - timedelta(days=1))
    return frozenset(solar | lunar | {day for day in calendar.days_off if day.year == year})


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _days(texts: Iterable[Any]) -> list[date]:
    return [day if isinstance(day, date) else date.fromisoformat(day) for day in texts]


def cut_off(period: Period, cut_offs: dict[str, dict[str, int]]) -> date | None:
    """The day on which a period's figures are cut off; None when the calendar does not know its kind."""
    rule = cut_offs.get(period.kind)
    if rule is None:
        return None
    month = rule.get("month", period.reach)
    return date(period.year, month, rule["day"])
