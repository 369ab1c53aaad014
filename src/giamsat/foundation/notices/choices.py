"""The words of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Page(models.TextChoices):
    """Where a notice leads; the console knows the address."""

    ENTRY = "entry", _("reports to send")
    REPORT = "report", _("a report")
    REQUEST = "request", _("a request for explanation")
