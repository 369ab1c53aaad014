"""The pages of the rail: which there are, and which a person's grants open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from giamsat.foundation.access import queries as access
from giamsat.front.console import consolidate_page, waiting
from giamsat.front.console.viewer import language


@dataclass(frozen=True)
class Page:
    """One door of the rail; ``actions`` opens it (any of them), empty for every signed-in person.

    ``if_so`` asks the scope more than that.
    """

    name: str
    icon: str
    label: str | Promise
    actions: tuple[str, ...] = ()
    counter: str = ""
    on_phone: bool = False
    also: tuple[str, ...] = ()
    if_so: Callable[[Any], bool] | None = None

    def holds(self, url_name: str) -> bool:
        """Whether a page belongs under this door: ``warning`` and ``warning_dismiss`` under ``warnings``."""
        return url_name == self.name or url_name.startswith((*self.also, f"{self.name}_"))

    def href(self) -> str | None:
        """Its address, or None while the page is not part of this installation."""
        try:
            return reverse(f"console:{self.name}")
        except NoReverseMatch:
            return None


COMPILING = ("report.compile", "report.submit")
PAGES = (
    Page("overview", "overview", _("Overview"), on_phone=True, also=("reference",)),
    Page("map", "map", _("Map"), ("aggregate.read",)),
    Page("units", "units", _("Units"), ("aggregate.read", "report.read"), also=("unit",)),
    Page("changes", "units", _("Changes of units"), ("unit.change",), also=("change",)),
    Page("entry", "entry", _("Reports"), COMPILING, on_phone=True, also=("delivery", "consignment", "rules")),
    Page("consolidate", "table", _("Consolidate"), if_so=consolidate_page.is_offered),
    Page(
        "inbox",
        "inbox",
        _("To decide"),
        ("report.accept",),
        "inbox",
        True,
        also=("report", "score", "late", "objection"),
    ),
    Page("calendar", "calendar", _("Calendar"), ("aggregate.read", "report.read")),
    Page("warnings", "warnings", _("Warnings"), ("warning.read",), "warnings", True, ("warning",)),
    Page(
        "requests",
        "requests",
        _("Requests"),
        ("request.read", "request.answer"),
        "requests",
        also=("request",),
    ),
    Page("targets", "target", _("Targets"), ("aggregate.read",)),
    Page("notices", "info", _("Notices"), (), "notices", on_phone=True, also=("notice",)),
    Page("design", "edit", _("Definitions"), ("definition.draft", "definition.publish")),
    Page("systems", "systems", _("Systems"), ("system.read",), "failed_jobs"),
    Page("audit", "audit", _("Audit trail"), ("audit.read",)),
    Page("accounts", "key", _("Accounts"), ("account.manage",), on_phone=True, also=("account",)),
)


@dataclass(frozen=True)
class Open:
    """What the rail shows one person."""

    pages: list[Page]
    roles: list[str]
    counts: dict[str, int]


@access.one_scope()
def open_to(account: Any, *, at: datetime) -> Open:
    """The pages this person's grants open, and the names of their roles."""
    scope = access.scope_for(account, at=at)
    pages = [
        page
        for page in PAGES
        if page.href()
        and (not page.actions or any(scope.may_anywhere(action) for action in page.actions))
        and (page.if_so is None or page.if_so(scope))
    ]
    names = dict.fromkeys(reach.role.name(language()) for reach in scope.reaches)
    counters = [page.counter for page in pages if page.counter]
    return Open(pages, list(names), waiting.counts(counters, account, scope, at=at))
