"""The pages of the rail: which there are, and which a person's grants open."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ANY = ""


@dataclass(frozen=True)
class Page:
    """One door of the rail; ``actions`` opens it (any of them), empty for every signed-in person."""

    name: str
    icon: str
    label: str | Promise
    actions: tuple[str, ...] = ()
    counter: str = ""
    on_phone: bool = False

    def href(self) -> str | None:
        """Its address, or None while the page is not part of this installation."""
        try:
            return reverse(f"console:{self.name}")
        except NoReverseMatch:
            return None


PAGES = (
    Page("overview", "overview", _("Overview"), on_phone=True),
    Page("map", "map", _("Map"), ("aggregate.read",)),
    Page("units", "units", _("Units"), ("aggregate.read", "report.read")),
    Page("entry", "entry", _("Reports"), ("report.compile", "report.submit"), on_phone=True),
    Page("inbox", "inbox", _("Approval"), ("report.accept",), "inbox", on_phone=True),
    Page("warnings", "warnings", _("Warnings"), ("warning.read",), "warnings", on_phone=True),
    Page("requests", "requests", _("Requests"), ("warning.read", "request.answer"), "requests"),
    Page("systems", "systems", _("Systems"), ("system.read", "aggregate.read")),
    Page("audit", "audit", _("Audit trail"), ("audit.read",)),
)
