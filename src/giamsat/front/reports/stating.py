"""What both kinds of file say beside the form itself: headings, number, and the stamp of who took it when."""

from django.utils.translation import gettext as _

from giamsat.front.reports.document import FormDocument, Stamp
from giamsat.lib.clock import stamp as instant


def words() -> dict[str, str]:
    return {
        "code": _("Code"),
        "indicator": _("Indicator"),
        "unit": _("Unit of count"),
        "page": _("Page"),
        "recipients": _("Recipients:"),
        "compiler": _("Compiled by"),
        "sign": _("(signature, full name)"),
    }


def stamped(stamp: Stamp) -> dict[str, str]:
    """Label, who and when, and that figures are invented where they are (handbook §7.3, C-6)."""
    taken = _("Printed by %(who)s at %(when)s") % {"who": stamp.by, "when": instant(stamp.at)}
    if stamp.generation is not None:
        taken += " · " + _("figures of generation %(number)s") % {"number": stamp.generation}
    return {"label": stamp.label, "taken": taken, "practice": _("Practice data") if stamp.practice else ""}


def numbered(document: FormDocument) -> str:
    """The number and symbol, with dots to be filled in by hand where none was given."""
    symbol = document.symbol or (f"……-{document.letterhead.symbol}" if document.letterhead.symbol else "")
    return _("No. %(symbol)s") % {"symbol": symbol} if symbol else ""
