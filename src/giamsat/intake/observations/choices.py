"""Fixed words of the reports."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """How far a report has come. A unit that has sent nothing has no report (CHUA_NOP)."""

    NHAP = "NHAP", _("draft")
    CHO_DUYET = "CHO_DUYET", _("awaiting the head")
    DA_NOP = "DA_NOP", _("submitted")
    TRA_LAI = "TRA_LAI", _("returned")
    TIEP_NHAN = "TIEP_NHAN", _("accepted")
    TONG_HOP = "TONG_HOP", _("consolidated")
    KHOA = "KHOA", _("locked")


class State(TextChoices):
    """What a reader may make of a figure."""

    PROVISIONAL = "provisional", _("provisional")
    CONSOLIDATED = "consolidated", _("consolidated")
    LOCKED = "locked", _("locked")


class Arrived(TextChoices):
    """How a report that is owed stands to its day; always exactly one of these."""

    ON_TIME = "on_time", _("received on time")
    LATE = "late", _("received late")
    RETURNED = "returned", _("sent back, not sent again")
    MISSING = "missing", _("overdue")
    WAITING = "waiting", _("not due yet")


class Standing(TextChoices):
    """How far what one unit gives to a sum has come, as the level that adds it up sees it."""

    IN_FORCE = "in_force", _("in force")
    AWAITING = "awaiting", _("awaiting acceptance")
    RETURNED = "returned", _("sent back")
    MISSING = "missing", _("not sent")


class Way(TextChoices):
    """What an estimate for a missing unit is taken from."""

    LAST_YEAR = "last_year", _("the same period last year")
    BEFORE = "before", _("the period before, of this year")
    TYPED = "typed", _("typed")


# In these a unit may still send other figures, and the head may still submit.
WRITABLE = (Status.NHAP, Status.CHO_DUYET, Status.TRA_LAI)
DRAFTS = (Status.NHAP, Status.CHO_DUYET)  # figures the unit has not sent
SUBMITTABLE = (Status.CHO_DUYET, Status.TRA_LAI)
# In these the level above has the report, or has had it.
RECEIVED = (Status.DA_NOP, Status.TIEP_NHAN, Status.TONG_HOP, Status.KHOA)
REOPENABLE = (Status.TIEP_NHAN, Status.TONG_HOP)
IN_FORCE = (Status.TIEP_NHAN, Status.TONG_HOP, Status.KHOA)
