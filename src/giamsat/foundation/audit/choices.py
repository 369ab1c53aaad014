"""The words of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    """What verification can find wrong."""

    EDITED = "edited", _("Entry under seal %(seq)s no longer says what was sealed.")
    DELETED = "deleted", _("Entry under seal %(seq)s is gone, and no minute of a purge covers it.")
    BROKEN = "broken", _("Seal %(seq)s does not follow from the seal before it.")
    UNQUEUED = "unqueued", _("Entry %(seq)s is neither sealed nor waiting for its seal.")
    TAIL_CUT = "tail_cut", _("A signed head tells of seal %(seq)s, but the chain ends before it.")
    RECOMPUTED = "recomputed", _("Seal %(seq)s differs from its signed head: the chain was written anew.")
    HEAD_FORGED = "head_forged", _("Line %(seq)s of the signed heads is not in our hand or out of order.")
    HEADS_GONE = "heads_gone", _("The chain has seals up to %(seq)s, but the file of signed heads is gone.")
    MINUTE_FORGED = (
        "minute_forged",
        _("The minute of purge %(seq)s differs from the signed heads or is missing there."),
    )
