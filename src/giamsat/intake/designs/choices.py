"""Fixed words of the designs."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What is defined."""

    FORM = "form", _("Form")
    INDICATOR = "indicator", _("Indicator")
    RULE = "rule", _("Rule")
    CALENDAR = "calendar", _("Reporting calendar")


class Stage(TextChoices):
    """An open draft is worked on; a published or withdrawn one is kept as it was."""

    OPEN = "open", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Outcome(TextChoices):
    """What a rule should say of a report worked by hand."""

    HOLDS = "holds", _("is found right")
    FAILS = "fails", _("is found wrong")
    BLANK = "blank", _("is not assessed")
