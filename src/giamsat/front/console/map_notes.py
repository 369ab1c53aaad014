"""What has to be said beside a map: whose figures stand on outlines of today, and why one has none."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.units import queries as units
from giamsat.front.console import screens
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period


def whose(period: Period) -> str:
    """Whose the figures of a period are, where some are from before the units of today."""
    began = date(period.year, 1, 1)
    days = [each.until for each in units.mergers_of_points() if each.until > began]
    if not days:
        return ""
    return _("Figures before %(day)s are those of the former units that went whole into each of today's.") % {
        "day": f"{max(days):%d/%m/%Y}"
    }


def per_whom(period: Period, layers: Sequence[screens.Layer], language: str) -> str:
    """What the rates are per, where any layer is a rate."""
    per = next((layer.per for layer in layers if layer.per), 0)
    if not per:
        return ""
    words = {"n": format_number(per, language), "size": screens.word("members", language)}
    size = screens.size()
    if size is None:
        return _("Rates are per %(n)s %(size)s as listed today.") % words
    words["period"] = size.counted_at(period).label(language)
    return (
        _("Rates are per %(n)s %(size)s as last reported (%(period)s); where not all have, as listed today.")
        % words
    )


def why_blank(unit: Any, period: Period) -> str:
    """What stands in place of a figure. A point has those of what it was made of; others begin bare."""
    if unit.valid_from > period.ends_on and not unit.is_point:
        return _("has figures since %(day)s") % {"day": f"{unit.valid_from:%d/%m/%Y}"}
    return _("no data")
