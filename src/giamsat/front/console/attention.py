"""Warnings that want a look, most urgent first, as the overview lists them."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from giamsat.analysis.early_warning import queries as early_warning
from giamsat.front.console.evidence import URGENCY_ICONS, urgency_of
from giamsat.front.console.templatetags.desk import named
from giamsat.front.console.viewer import Viewer

MOST_SHOWN = 6


@dataclass(frozen=True)
class WarningLine:
    href: str
    tone: str
    icon: str
    unit: str
    sentence: str
    meta: str
    history: str
    band: str


def open_warnings(viewer: Viewer, place: Any) -> tuple[int, list[WarningLine]]:
    """How many nobody has decided about, and the most urgent of them."""
    undecided = early_warning.undecided(early_warning.warnings_in(viewer.scope)).filter(
        unit__path__startswith=place.path
    )
    return undecided.count(), [_line(viewer, warning) for warning in undecided[:MOST_SHOWN]]


def _line(viewer: Viewer, warning: Any) -> WarningLine:
    evidence = warning.evidence
    history = [point["value"] for point in (evidence.get("own_history") or {}).get("periods", [])][-8:]
    band = evidence.get("band") or {}
    urgency = urgency_of(warning)
    return WarningLine(
        href=reverse("console:warning", args=[warning.pk]),
        tone=urgency,
        icon=URGENCY_ICONS[urgency],
        unit=named(warning.unit),
        sentence=early_warning.in_words(warning, viewer.language),
        meta=f"{localtime(warning.raised_at):%d/%m %H:%M}",
        history=_series([*history, evidence.get("value")]) if viewer.may("report.read", warning.unit) else "",
        band=_series([band.get("low"), band.get("high")]) if band.get("low") is not None else "",
    )


def _series(values: list[Any]) -> str:
    return ",".join("" if value is None else str(value) for value in values)
