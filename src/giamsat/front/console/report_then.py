"""A report as it was known on a day: the version in force when that day ended here."""

from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from giamsat.front.console.errors import NotADay
from giamsat.front.console.forms import DayField
from giamsat.front.console.viewer import Viewer
from giamsat.lib.clock import HOME_ZONE


def day_asked(request: HttpRequest, viewer: Viewer) -> date | None:
    """The day of ``?on=``; None when the report is asked for as it is now. No day to come is known."""
    typed = request.GET.get("on", "").strip()
    if not typed:
        return None
    try:
        day = DayField().clean(typed)
    except ValidationError:
        raise NotADay(typed, viewer.today) from None
    if day > viewer.today:
        raise NotADay(typed, viewer.today)
    return day


def end_of(day: date) -> datetime:
    """The last instant of a day in Viet Nam."""
    return datetime.combine(day, time.max, HOME_ZONE)
