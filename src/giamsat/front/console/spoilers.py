"""Refused deliveries that keep a report's scores down, named for who may open them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from giamsat.front.console.viewer import Viewer
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Channel

KEY = "delivery:"


@dataclass(frozen=True)
class Spoiler:
    """One refused delivery: what it was called, when it came, why it was refused, and its page."""

    label: str
    sentence: str = ""
    href: str = ""

    def __str__(self) -> str:
        return self.label


def spoilers(viewer: Viewer, keys: Iterable[str]) -> dict[str, Spoiler]:
    """By key of evidence; of those that are not the viewer's to open, only the number."""
    numbers = {key: int(key.removeprefix(KEY)) for key in keys if key.startswith(KEY)}
    if not numbers:
        return {}
    known = sources.deliveries_known_to(viewer.account.pk, viewer.scope.small_cell_unit_ids)
    shown = {each.pk: _shown(each) for each in known.filter(pk__in=numbers.values())}
    return {key: shown.get(number) or _number(number) for key, number in numbers.items()}


def _shown(delivery: Any) -> Spoiler:
    name = delivery.filename or Channel(delivery.channel).label
    return Spoiler(
        label=f"{name}, {localtime(delivery.received_at):%d/%m/%Y %H:%M}",
        sentence=(delivery.refusal or {}).get("message", ""),
        href=reverse("console:delivery", args=[delivery.pk]),
    )


def _number(number: int) -> Spoiler:
    return Spoiler(_("Refused delivery no. %(number)s") % {"number": number})
