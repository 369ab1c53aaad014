"""Which place and period a page is of: what was asked for, as far as this viewer may see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import POINT_LEVEL
from giamsat.front.console.errors import NotOffered, PeriodNotKept
from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.sources import queries as sources
from giamsat.lib.numbers import counting_number
from giamsat.lib.periods import Period


@dataclass(frozen=True)
class Choice:
    """Which place and period a page is of."""

    place: Any
    period: Period
    cut_off_on: date
    offered: list[Period]

    @property
    def key(self) -> tuple[int, str]:
        return self.place.pk, self.period.key


def one_of(asked: str, offered: Collection[str], what: str) -> str:
    """What an address asks for, if a page has it; asking for nothing is always fine."""
    if asked and asked not in offered:
        raise NotOffered(asked, what)
    return asked


def page_asked(asked: Mapping[str, str]) -> str:
    """Which page of a long list an address asks for; the first where it does not say."""
    page = asked.get("page") or "1"
    if not counting_number(page):
        raise NotOffered(page, _("pages"))
    return page


def choose(viewer: Viewer, asked: Mapping[str, str]) -> Choice | None:
    """The place and period asked for, as far as this viewer may see them; where none is, their own and the newest.

    None while no period has begun. A period that is not kept is refused, never answered with another one's figures.
    """
    offered = _periods_offered(viewer.today)
    if not offered:
        return None
    period = _period(offered, asked.get("period", ""))
    place = place_asked(viewer, asked.get("place", ""))
    return Choice(place, period, sources.cut_off_on(period), offered)


def _periods_offered(today: date) -> list[Period]:
    """Periods with reports, however old; and those of the past year, whether anybody has reported or not."""
    cut_off = sources.reporting_periods().filter(cut_off_on__lte=today)
    reported = observations.reported_periods()
    a_year_ago = today - timedelta(days=366)
    return [row.period for row in cut_off if row.cut_off_on >= a_year_ago or row.key in reported]


def _period(offered: Sequence[Period], key: str) -> Period:
    if not key:
        return _newest(offered)
    period = next((each for each in offered if each.key == key), None)
    if period is None:
        raise PeriodNotKept(key, oldest=offered[-1], newest=_newest(offered))
    return period


def _newest(offered: Sequence[Period]) -> Period:
    """The newest cumulative period, whose reports every level signs; a month only where there is no other."""
    return next((period for period in offered if period.kind != "M"), offered[0])


def place_asked(viewer: Viewer, code: str) -> Any:
    """A place whose aggregate this viewer may read: the one asked for, else their own point."""
    if code:
        unit = units.unit_by_code(code, on=viewer.today)
        viewer.require("aggregate.read", unit)
        return unit
    own = viewer.scope.own
    if own is None or own.is_centre:
        return units.centre()
    line = [*units.ancestors(own), own]
    return line[1] if line[1].level == POINT_LEVEL else units.centre()
