"""The words of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from giamsat.foundation.access.choices import Action


class Page(models.TextChoices):
    """Where a notice leads; the console knows the address."""

    ENTRY = "entry", _("reports to send")
    REPORT = "report", _("a report")
    REQUEST = "request", _("a request for explanation")
    CALENDAR = "calendar", _("the reporting calendar")
    OBJECTION = "objection", _("an objection to a score")

    @property
    def sees(self) -> Action:
        """What one must be allowed about a unit to be told this of it."""
        return Action.REQUEST_READ if self is Page.REQUEST else Action.REPORT_READ
