"""How good the data is: the four scores of a place, and where they are weakest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.front.console.addresses import unit_address
from giamsat.front.console.viewer import Viewer
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.choices import Band, Score
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

WEAKEST_SHOWN = 7
WHOLE = 100


@dataclass(frozen=True)
class ScoreShown:
    """One of the four, as a bar, a number and a word."""

    code: str
    name: str
    value: Decimal | None
    text: str
    band: str
    title: str
    assessed: str = ""  # "40/100": the weight of its parts that had evidence, where not all had


@dataclass(frozen=True)
class Quality:
    scores: list[ScoreShown]
    note: str
    href: str

    @property
    def partly(self) -> bool:
        """Whether a score rests on less than all of its weight."""
        return any(score.assessed for score in self.scores)


@dataclass(frozen=True)
class Weakest:
    """The units that the viewer may see whose data is below good, and whether all there are is good."""

    rows: list["WeakUnit"]
    all_good: bool
    least: int = int(quality.BANDS[0][0])


@dataclass(frozen=True)
class WeakUnit:
    """One row of the table of weakest units."""

    unit: Any
    scores: list[ScoreShown]
    index: Decimal
    href: str


def shown(rolled: Any, language: str) -> list[ScoreShown]:
    """The four scores of a roll-up, in their order."""
    assessed = rolled.assessed if rolled else {}
    return [
        _shown(code, getattr(rolled, code, None), language, weight=assessed.get(code))
        for code in Score.values
    ]


def shown_of_report(scored: Any, language: str) -> list[ScoreShown]:
    """The same of one report."""
    return [
        _shown(code, getattr(scored, f"{code}_score"), language, weight=getattr(scored, f"{code}_assessed"))
        for code in Score.values
    ]


def shown_of_evidence(kept: Mapping[str, float] | None, language: str) -> list[ScoreShown]:
    """The same as a warning's evidence keeps them; nothing where nothing was scored."""
    return [_shown(code, _kept(kept.get(code)), language) for code in Score.values] if kept else []


def _kept(score: float | None) -> Decimal | None:
    return None if score is None else Decimal(str(score))


def quality_of(viewer: Viewer, place: Any, period: Period) -> Quality:
    """The scores of what a place and everything below it sent."""
    return _quality(viewer, place, quality.rolled_up_under(place, period.key))


def of_place(viewer: Viewer, place: Any, period: Period, seen: Sequence[Any]) -> tuple[Quality, Weakest]:
    """The same, and the units directly below whose data is weakest; one question.

    Weak is who is below good in one of the four; weakest, by their geometric mean.
    """
    whole, by_path = quality.scores_of_place(place, period.key)
    scored = {path: rolled for path, rolled in by_path.items() if rolled.index is not None}
    below = {path: rolled for path, rolled in scored.items() if not _good(rolled)}
    rows = [_weak(unit, below[unit.path], period, viewer.language) for unit in seen if unit.path in below]
    weakest = sorted(rows, key=lambda row: (row.index, row.unit.sort_key))[:WEAKEST_SHOWN]
    return _quality(viewer, place, whole), Weakest(weakest, bool(scored) and not below)


def _good(rolled: Any) -> bool:
    return all(quality.band(getattr(rolled, code)) == Band.GOOD for code in Score.values)


def _quality(viewer: Viewer, place: Any, rolled: Any) -> Quality:
    note = ngettext("over %(n)s report sent", "over %(n)s reports sent", rolled.reports) % {
        "n": format_number(rolled.reports, viewer.language)
    }
    return Quality(
        scores=shown(rolled, viewer.language),
        note=note if rolled.reports else _("no report sent yet"),
        href=f"{reverse('console:quality')}?place={place.code}"
        if rolled.reports and not place.valid_to
        else "",
    )


def _weak(unit: Any, rolled: Any, period: Period, language: str) -> WeakUnit:
    return WeakUnit(unit, shown(rolled, language), rolled.index, unit_address(unit, period))


def _shown(
    code: str, value: Decimal | None, language: str, *, weight: Decimal | int | None = None
) -> ScoreShown:
    band = quality.band(value)
    text = "–" if value is None else format_number(value.to_integral_value(ROUND_FLOOR), language, 0)
    name = str(Score(code).label).capitalize()
    title, share = f"{name}: {text} · {band.label}", weight_shown(value, weight, language)
    if share:
        title += " · " + _("only %(share)s of it assessed") % {"share": share}
    return ScoreShown(code, name, value, text, band.value, title, share)


def weight_shown(value: Decimal | None, weight: Decimal | int | None, language: str) -> str:
    """How much of a score's weight of 100 was looked at; nothing where all of it was, or none."""
    if value is None or weight is None or weight >= WHOLE:
        return ""
    return f"{format_number(weight, language, 0)}/{WHOLE}"
