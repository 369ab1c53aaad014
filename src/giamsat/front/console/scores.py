"""How good the data is: the four scores of a place, and where they are weakest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.choices import Score
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

from .viewer import Viewer

WEAKEST_SHOWN = 7


@dataclass(frozen=True)
class ScoreShown:
    """One of the four, as a bar, a number and a word."""

    code: str
    name: str
    value: Decimal | None
    text: str
    band: str
    title: str


@dataclass(frozen=True)
class Quality:
    scores: list[ScoreShown]
    note: str
    href: str


@dataclass(frozen=True)
class WeakUnit:
    """One row of the table of weakest units."""

    unit: Any
    scores: list[ScoreShown]
    index: Decimal
    href: str


def shown(rolled: Any, language: str) -> list[ScoreShown]:
    """The four scores of a roll-up, in their order."""
    return [_shown(code, getattr(rolled, code, None), language) for code in Score.values]


def shown_of_report(scored: Any, language: str) -> list[ScoreShown]:
    """The same of one report."""
    return [_shown(code, getattr(scored, f"{code}_score"), language) for code in Score.values]


def shown_of_evidence(kept: Mapping[str, float] | None, language: str) -> list[ScoreShown]:
    """The same as a warning's evidence keeps them; nothing where nothing was scored."""
    return [_shown(code, _kept(kept.get(code)), language) for code in Score.values] if kept else []


def _kept(score: float | None) -> Decimal | None:
    return None if score is None else Decimal(str(score))


def quality_of(viewer: Viewer, place: Any, period: Period) -> Quality:
    """The scores of a place and everything below it."""
    return _quality(viewer, place, quality.rolled_up_under(place, period.key))


def of_place(
    viewer: Viewer, place: Any, period: Period, seen: Sequence[Any]
) -> tuple[Quality, list[WeakUnit]]:
    """The same, and the units directly below whose data is weakest, by the geometric mean of the four; one question."""
    whole, by_path = quality.scores_of_place(place, period.key)
    rows = [
        _weak(unit, rolled, viewer.language)
        for unit in seen
        if (rolled := by_path.get(unit.path)) is not None and rolled.index is not None
    ]
    weakest = sorted(rows, key=lambda row: (row.index, row.unit.sort_key))[:WEAKEST_SHOWN]
    return _quality(viewer, place, whole), weakest


def _quality(viewer: Viewer, place: Any, rolled: Any) -> Quality:
    note = ngettext("over %(n)s report", "over %(n)s reports", rolled.reports) % {
        "n": format_number(rolled.reports, viewer.language)
    }
    return Quality(
        scores=shown(rolled, viewer.language),
        note=note if rolled.reports else _("no report scored yet"),
        href=f"{reverse('console:units')}?place={place.code}" if rolled.reports else "",
    )


def _weak(unit: Any, rolled: Any, language: str) -> WeakUnit:
    return WeakUnit(unit, shown(rolled, language), rolled.index, reverse("console:unit", args=[unit.code]))


def _shown(code: str, value: Decimal | None, language: str) -> ScoreShown:
    band = quality.band(value)
    text = "–" if value is None else format_number(value, language, 0)
    name = str(Score(code).label).capitalize()
    return ScoreShown(code, name, value, text, band.value, f"{name}: {text} · {band.label}")
