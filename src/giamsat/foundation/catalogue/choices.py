"""Fixed words of the catalogue."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Additivity(TextChoices):
    """What may be added up: a flow over organisations and increments, a stock over organisations alone."""

    FLOW = "F", _("flow")
    STOCK = "S", _("stock")
    RATIO = "R", _("ratio")


class GoodWhen(TextChoices):
    """Counts of violations, denunciations and discipline are neither good nor bad."""

    NONE = "none", _("neither")
    HIGH = "high", _("more is better")
    LOW = "low", _("less is better")
