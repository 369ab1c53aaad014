"""What a change of units means for warnings that are open and for what units were asked to explain."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from giamsat.analysis.early_warning.choices import AWAITING_UNIT, UNDECIDED
from giamsat.analysis.early_warning.models import ExplanationRequest, Warning
from giamsat.foundation.units import services as units
from giamsat.foundation.units.choices import Concern


def touched_by(effects: units.Effects) -> Iterator[units.Consequence]:
    """A warning stays about the unit that reported the figure; those in which that goes on see and answer it.

    Warnings on small cells are not counted: that there are any is told to the unit and its superior alone.
    """
    language = get_language()
    closed = effects.closed_ids()
    warnings = Warning.objects.filter(unit__in=closed, state__in=UNDECIDED, small_cell=False).order_by()
    asked = ExplanationRequest.objects.filter(
        unit__in=closed, state__in=AWAITING_UNIT, warning__small_cell=False
    ).order_by()
    open_ones, waiting = (Counter(rows.values_list("unit_id", flat=True)) for rows in (warnings, asked))
    for closing in effects.closings:
        unit = closing.unit
        if not open_ones[unit.pk] and not waiting[unit.pk]:
            continue
        heir = closing.heir.name(language) if closing.heir else ""
        yield units.Consequence(
            Concern.TASKS,
            unit.pk,
            f"{open_ones[unit.pk]}:{waiting[unit.pk]}",
            _("%(warnings)s open warnings and %(requests)s unanswered requests about %(unit)s")
            % {
                "warnings": open_ones[unit.pk],
                "requests": waiting[unit.pk],
                "unit": unit.name(language),
            },
            _("stay about that unit; the people of %s see them and answer") % heir
            if heir
            else _("have nobody left to answer: close them"),
        )
