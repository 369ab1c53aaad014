"""The four scores of a report as cards: value, band, and the parts they are made of."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from giamsat.front.console.scores import weight_shown
from giamsat.front.console.viewer import language
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.choices import Band, Part, Score
from giamsat.intake.quality.errors import ScoreNotFound

TONES = {Band.GOOD: "green", Band.MET: "green", Band.TO_IMPROVE: "amber", Band.NOT_MET: "red"}
STATES = {Band.GOOD: "good", Band.MET: "good", Band.TO_IMPROVE: "weak", Band.NOT_MET: "poor"}


@dataclass(frozen=True, slots=True)
class PartCard:
    name: str
    weight: int
    value: Decimal | None
    band: str
    keys: tuple[str, ...]
    code: str
    failed: list[Any] = field(default_factory=list)
    note: str = ""
    share: Decimal | None = None
    objection: Any = None
    form: Any = None


@dataclass(frozen=True, slots=True)
class ScoreCard:
    code: str
    name: str
    meaning: str
    value: Decimal | None
    band: str
    band_name: str
    tone: str
    assessed: str = ""  # as in ``ScoreShown``
    parts: list[PartCard] = field(default_factory=list)


def cards_of(report: Any, *, opened: bool = False) -> list[ScoreCard]:
    """The four scores of a report; nothing when it was never scored. ``opened`` brings their parts."""
    try:
        scored = quality.score_of(report.unit_id, report.form_code, report.period_key, report.basis)
    except ScoreNotFound:
        return []
    return [_card(scored, Score(name), opened) for name in Score.values]


def _card(scored: Any, name: Score, opened: bool) -> ScoreCard:
    value = getattr(scored, f"{name.value}_score")
    band = Band(quality.band(value))
    return ScoreCard(
        code=name.value,
        name=str(name.label).capitalize(),
        meaning=_meanings()[name],
        value=value,
        band=STATES.get(band, ""),
        band_name=str(band.label),
        tone=TONES.get(band, ""),
        assessed=weight_shown(value, getattr(scored, f"{name.value}_assessed"), language()),
        parts=_parts(scored, name) if opened else [],
    )


def _parts(scored: Any, name: Score) -> list[PartCard]:
    parts = []
    for code, (weight, evidence) in quality.parts_of(scored, name).items():
        value = None if evidence.share is None else evidence.share * 100
        parts.append(
            PartCard(
                name=str(Part(code).label).capitalize(),
                weight=weight,
                value=value,
                band=STATES.get(Band(quality.band(value)), ""),
                keys=evidence.failed,
                code=code,
                share=evidence.share,
            )
        )
    return parts


def _meanings() -> dict[Score, str]:
    return {
        Score.CORRECT: _("True to the source: the rules hold, files and samples agree."),
        Score.COMPLETE: _("All that is asked is there; an explicit zero counts, a blank does not."),
        Score.CLEAN: _("Nothing twice, codes and formats right, the same fact equal across forms."),
        Score.LIVE: _("On time, kept up to date, and really used."),
    }
