"""Which part of the reporting calendar an address asks for: place, year, level, period."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import Topic
from giamsat.front.console.choice import one_of, place_asked
from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.sources import queries as sources


@dataclass(frozen=True)
class Asked:
    """A place, a year, the level whose units owe, and the period looked at more closely.

    ``duties``: everything that units of the level owe for the year. ``below``: which level owes, by its number.
    """

    place: Any
    year: int
    years: list[int]
    level: int
    levels: dict[int, str]
    periods: list[Any]
    period_key: str
    duties: list[observations.Duty]

    @cached_property
    def duties_of_period(self) -> list[observations.Duty]:
        return [each for each in self.duties if each.period_key == self.period_key]

    @property
    def length(self) -> int:
        """Of the paths of the units that make the rows: those directly below, or the place where it owes itself."""
        deeper = self.level > self.place.level
        return len(self.place.path) + (self.place.steplen if deeper else 0)

    @property
    def rows_owe(self) -> bool:
        """Whether the units of the rows owe the reports themselves, rather than units below them."""
        return self.level <= self.place.level + 1

    def query(self, **other: object) -> str:
        """This part of the calendar as an address asks for it, but for what is other."""
        mine = {"place": self.place.code, "year": self.year, "level": self.level, "period": self.period_key}
        return urlencode(
            {name: value for name, value in {**mine, **other}.items() if value not in ("", None)}
        )


def asked_of(viewer: Viewer, asked: Mapping[str, str]) -> Asked | None:
    """What was asked for, as far as this viewer may see it; None while no period is opened.

    Where nothing is said: this year, the level directly below the place, the newest period that is cut off.
    """
    opened = list(sources.reporting_periods())
    years = sorted({row.year for row in opened}, reverse=True)
    if not years:
        return None
    place = place_asked(viewer, asked.get("place", ""))
    year = int(one_of(asked.get("year", ""), list(map(str, years)), _("years")) or _usual_year(viewer, years))
    periods = [row for row in reversed(opened) if row.year == year]
    every = observations.duties(row.period for row in periods)
    kinds = _kinds_by_level(place)
    owing = {each.unit_kind for each in every}
    levels = [level for level, of_level in sorted(kinds.items()) if of_level & owing]
    level = int(
        one_of(asked.get("level", ""), list(map(str, levels)), _("levels")) or _usual_level(place, levels)
    )
    duties = [each for each in every if each.unit_kind in kinds.get(level, ())]
    there = {each.period_key for each in duties}
    periods = [row for row in periods if row.key in there]
    key = one_of(asked.get("period", ""), there, _("periods")) or _newest(periods, viewer)
    words = {int(code): word.name(viewer.language) for code, word in units.words(Topic.LEVEL).items()}
    names = {each: words.get(each, str(each)) for each in levels}
    return Asked(place, year, years, level, names, periods, key, duties)


def _usual_year(viewer: Viewer, years: list[int]) -> int:
    return max((year for year in years if year <= viewer.today.year), default=years[-1])


def _usual_level(place: Any, levels: list[int]) -> int:
    """Directly below the place; where nobody there owes anything, the place itself or whoever does."""
    return next((level for level in (place.level + 1, place.level, *levels) if level in levels), place.level)


def _newest(periods: list[Any], viewer: Viewer) -> str:
    """The newest period that is cut off, cumulative before a month; before the first cut-off, the first."""
    cut_off = [row for row in periods if row.cut_off_on <= viewer.today]
    signed = [row for row in cut_off if row.kind != "M"]
    chosen = (signed or cut_off or periods[:1] or [None])[-1]
    return chosen.key if chosen else ""


def _kinds_by_level(place: Any) -> dict[int, set[str]]:
    kinds: dict[int, set[str]] = {}
    for level, kind in units.subtree(place).order_by().values_list("level", "kind").distinct():
        kinds.setdefault(level, set()).add(kind)
    return kinds
