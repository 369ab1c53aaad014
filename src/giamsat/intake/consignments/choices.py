"""Fixed words of consignments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How far a consignment has come. What is open waits for a runner, or has one."""

    OPEN = "open", _("being taken in")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class Result(TextChoices):
    """What became of one report."""

    STORED = "stored", _("taken in")
    TO_EXPLAIN = "to_explain", _("taken in, findings to explain")
    REFUSED = "refused", _("refused")
