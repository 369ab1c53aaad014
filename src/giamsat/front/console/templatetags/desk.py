"""Words and figures of the working pages: names in the reader's language, numbers, states."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.foundation.access.choices import SUPPRESSION_LEGEND
from giamsat.front.console.addresses import unit_address
from giamsat.front.console.viewer import language
from giamsat.intake.sources.choices import Basis
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

register = template.Library()


@register.filter
def named(thing: Any) -> str:
    """The name of a unit, form, indicator, rule or ``{vi, en}`` pair in the reader's language."""
    if thing is None:
        return ""
    if isinstance(thing, dict):
        return thing.get(language()) or thing.get("vi") or ""
    return getattr(thing, f"name_{language()}", "") or getattr(thing, "name_vi", "") or str(thing)


@register.filter
def join_named(things: Any) -> str:
    """Several of them, as a list in a sentence."""
    return ", ".join(named(each) for each in things)


@register.filter
def figure(value: Any, decimals: int | None = None) -> str | SafeString:
    """A number as the reader writes it; a small cell as its mark, a blank as a dash that says so."""
    if getattr(value, "hidden", False):
        return suppressed(value.text)
    value = getattr(value, "value", value)
    if value is None or value == "":
        return format_html('<span class="gs-blank" title="{}">–</span>', _("not reported"))
    if isinstance(value, str):
        return value
    return format_number(value, language(), decimals)


@register.filter
def file_size(size: int) -> str:
    """As refusals count it: a MB is a million bytes."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "kB")):
        if size >= 1000**power:
            return f"{format_number(Decimal(size) / 1000**power, language(), 1)} {unit}"
    return f"{size} B"


@register.filter
def plain_figure(value: Any) -> str:
    """The same in plain text, for attributes, exports and inputs."""
    if getattr(value, "hidden", False):
        return value.text
    value = getattr(value, "value", value)
    if value is None:
        return ""
    return value if isinstance(value, str) else format_number(value, language())


def suppressed(mark: str) -> SafeString:
    """The mark of a cell of one to four persons, for those outside the unit and its direct superior."""
    return format_html('<abbr class="gs-suppressed" title="{}">{}</abbr>', SUPPRESSION_LEGEND, mark)


@register.filter
def change(row: Any) -> str | SafeString:
    """A signed difference: ▲ 3, ▼ 2, or an equals sign; nothing when either side is unknown or hidden."""
    if getattr(row, "hidden", False):
        return suppressed(row.text)
    row = getattr(row, "value", row)
    if row is None:
        return ""
    sign = "▲" if row > 0 else "▼" if row < 0 else "="
    if not row:
        return format_html('<span class="gs-delta gs-same">{}</span>', sign)
    return format_html(
        '<span class="gs-delta">{} {}</span>', sign, format_number(abs(Decimal(row)), language())
    )


@register.filter
def person(name: str | None) -> str:
    """Who did it, as people say it: work done by the system itself carries its part's name behind a colon."""
    return str(_("the system")) if (name or "").startswith("system:") else name or ""


@register.simple_tag
def unit_url(unit: Any, period: Period | None = None) -> str:
    """Where the page of exactly this unit is, of a period if one is given."""
    return unit_address(unit, period)


@register.simple_tag
def over_maps_url(unit: Any, period: Period | None = None) -> str:
    """Where a unit's figures stand as the map was and like for like."""
    return unit_address(unit, period, page="unit_over_maps")


@register.filter
def period_label(key: str) -> str:
    try:
        return Period.parse(key).label(language())
    except ValueError:
        return key


@register.filter
def form_with_basis(key: str) -> str:
    """A form and whose figures it gives, from ``BM05.consolidated``: the signed sum of those below has its sign."""
    code, _dot, basis = key.rpartition(".")
    return f"{code} Σ" if basis == Basis.CONSOLIDATED else code


@register.filter
def days_until(due_on: date | None, today: date) -> str:
    """How far a deadline is: words, so that colour never carries it alone."""
    if due_on is None:
        return ""
    days = (due_on - today).days
    if days < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
    if days == 0:
        return _("due today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing from the built sprite; the word beside it carries the meaning."""
    return format_html(
        '<svg class="gs-icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("dist/icons.svg"),
        name,
    )
