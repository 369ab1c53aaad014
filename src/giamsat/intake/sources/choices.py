"""Fixed words of the sources."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Basis(TextChoices):
    """Whose figure it is. Roll-ups add own figures only; consolidated ones are kept beside them."""

    OWN = "own", _("own figures")
    CONSOLIDATED = "consolidated", _("consolidated figures")


class PeriodState(TextChoices):
    """An open period takes reports, a closed one takes none, a locked one never opens again.

    Of either, observations may open one unit's report late.
    """

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    LOCKED = "locked", _("locked")


class Channel(TextChoices):
    """The way a delivery came."""

    FORM = "form", _("typed in the browser")
    EXCEL = "excel", _("Excel workbook")
    CSV = "csv", _("CSV file")
    API = "api", _("from another system")


class DeliveryStatus(TextChoices):
    """A refused delivery is kept, with its refusal; one among many waits its turn."""

    WAITING = "waiting", _("waiting its turn")
    RECEIVED = "received", _("received")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
