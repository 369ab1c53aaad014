"""The frame round every page: rail, theme, words for the elements."""

from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from giamsat.front.console import navigation
from giamsat.front.console.viewer import language, viewer_of
from giamsat.lib import clock

register = template.Library()
THEMES = {"light", "dark"}


@register.simple_tag(takes_context=True)
def theme(context: dict[str, Any]) -> str:
    """Light or dark as the cookie says, so that the page arrives in its colours; light at first."""
    request = context.get("request")
    kept = request.COOKIES.get("gs_theme", "") if request else ""
    shown = kept.rpartition(":")[2]
    return shown if shown in THEMES else "light"


@register.filter
def titled(thing: Any) -> str:
    """The name in the reader's language of a thing that answers ``name(language)``."""
    return str(thing.name(language()))


@register.filter
def sortable(cell: Any) -> str:
    """The plain number a table sorts by; nothing for a blank or a hidden cell."""
    value = getattr(cell, "value", cell)
    return "" if value is None or getattr(cell, "hidden", False) else str(value)


@register.filter
def json_block(content: Any) -> SafeString:
    """Data for an element: a block the content policy takes for data, never for code."""
    return json_script(content)


@register.simple_tag
def practice_day() -> date | None:
    """The day on which a practice country stands; None in a house that works in earnest."""
    return clock.today() if clock.shift() else None


@register.simple_tag
def mark_address() -> str:
    return static("mark.svg")


@register.inclusion_tag("console/_navigation.html", takes_context=True)
def navigation_rail(context: dict[str, Any]) -> dict[str, Any]:
    request: HttpRequest | None = context.get("request")
    person = getattr(request, "user", None)
    if request is None or person is None or not person.is_authenticated:
        return {"items": [], "person": None}
    open_to = navigation.open_to(person, at=viewer_of(request).at)
    here = request.resolver_match.url_name if request.resolver_match else ""
    return {
        "items": [
            {
                "href": page.href(), "icon": page.icon, "label": page.label, "counter": page.counter,
                "count": open_to.counts.get(page.counter),
                "on_phone": page.on_phone, "here": page.holds(here or ""),
            }
            for page in open_to.pages
        ],
        "person": person,
        "roles": open_to.roles,
        "path": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
        "LANGUAGES": settings.LANGUAGES,
        "LANGUAGE_CODE": language(),
    }  # fmt: skip


@register.simple_tag
def words() -> SafeString:
    """What the elements say, in the reader's language."""
    return json_script(
        {
            "live": _("Updated"),
            "stale": _("Line lost; figures as of"),
            "nothing_found": _("No unit of that name"),
            "table": _("Table"),
            "as_table": _("Table"),
            "as_map": _("Map"),
            "map": _("Map"),
            "columns": _("Columns"),
            "rows_shown": _("{shown} of {all}"),
            "no_data": _("no data"),
            "withheld": _("withheld"),
            "suppressed": _("withheld to protect small cells"),
            "schematic": _("schematic map"),
            "off_map": _("{n} units not on the map"),
            "country": _("Whole country"),
            "unit": _("Unit"),
            "open": _("Open"),
            "choose_file": _("Choose a file…"),
            "choose_day": _("Choose a day from the calendar"),
            "no_file": _("or drop it here"),
            "try_again": _("Try again"),
            "map_failed": _("The map could not be loaded."),
            "all_checks_pass": _("Every check passes"),
            "signing_out_forgets": _(
                "What you typed and did not send is kept on this device. Signing out forgets it. Sign out?"
            ),
        },
        "gs-words",
    )
