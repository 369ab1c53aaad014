"""That somebody who does not work at a unit looked at a report of it: counted, not who."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations.choices import RECEIVED
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality import services


def count_view(viewer: Viewer, report: Any) -> None:
    """One more view of a report that was sent, unless by its own unit or by whoever is still to decide about it."""
    if viewer.scope.is_own(report.unit) or report.status not in RECEIVED:
        return
    if viewer.may("report.accept", report.unit) and report.in_force_id is None:
        return
    services.count_view(
        report.unit_id, report.form_code, report.period_key, str(report.basis), day=viewer.today
    )


def note_of_use(viewer: Viewer, report: Any) -> str:
    """How often the report was used in the 30 days since it was first sent, and what it is assessed by."""
    if report.first_sent_on is None:
        return ""
    key = (report.form_code, report.period_key, str(report.basis))
    known = quality.used([report.unit_id], *key, since=report.first_sent_on)
    used = known.get(report.unit_id, quality.Used())
    views = ngettext("%(n)s view by others", "%(n)s views by others", used.views) % {"n": used.views}
    decisions = ngettext("%(n)s decision", "%(n)s decisions", used.decisions) % {"n": used.decisions}
    until = report.first_sent_on + quality.WINDOW
    counted = _("%(views)s and %(decisions)s in the 30 days to %(day)s; %(target)s make full use.") % {
        "views": views, "decisions": decisions, "day": f"{until:%d/%m/%Y}", "target": quality.use_target(),
    }  # fmt: skip
    return counted if viewer.today >= until else f"{counted} {_('Assessed when they are over.')}"
