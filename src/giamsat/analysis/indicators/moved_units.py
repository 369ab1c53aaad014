"""What a change of units means for target values that people recorded."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from giamsat.analysis.indicators.models import TargetValue
from giamsat.foundation.units import services as units
from giamsat.foundation.units.choices import Concern


def touched_by(effects: units.Effects) -> Iterator[units.Consequence]:
    """Values recorded for units that end: a target is met by a unit, so its values are not carried into another."""
    language = get_language()
    recorded = TargetValue.objects.filter(unit__in=effects.closed_ids()).order_by()
    values = Counter(recorded.values_list("unit_id", flat=True))
    for closing in effects.closings:
        if count := values[closing.unit.pk]:
            yield units.Consequence(
                Concern.TARGETS,
                closing.unit.pk,
                str(count),
                _("%(count)s target values of %(unit)s")
                % {"count": count, "unit": closing.unit.name(language)},
                _("stay with it as they were recorded; its successor's path is set anew"),
            )


def reasons_against(undoing: units.Undoing) -> Iterator[str]:
    """A value was recorded for a unit that taking the change back would make one that never was."""
    recorded = TargetValue.objects.filter(unit__in=undoing.opened).select_related("unit")
    if (first := recorded.order_by("recorded_at", "pk").first()) is not None:
        yield _("A target value of %s was recorded.") % first.unit.name(get_language())
